// What GOV.UK Frontend does with the components that are used here; its others stay out of what is served.
import {
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  NotificationBanner,
  PasswordInput,
  Radios,
  SkipLink,
  createAll,
} from "govuk-frontend";

const COMPONENTS = [Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, PasswordInput, Radios, SkipLink];

function begin(scope) {
  for (const component of COMPONENTS) {
    createAll(component, undefined, scope);
  }
}

begin(document);
// A page's main part that came without a new page (uploads.js).
window.addEventListener("main", () => begin(document.querySelector("main")));
