// What scripts add to the reporter site's pages, beside leaving. Without them every page does all that it is for.
import "./idle.js";
import "./uploads.js";
import "./words.js";
