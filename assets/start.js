// First in the body: tells the stylesheet, before anything is drawn, that scripts run here.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}
