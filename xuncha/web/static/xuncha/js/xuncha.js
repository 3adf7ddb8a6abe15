// What every page does, beside what its own module adds. docs/look.md tells the markup each part answers to.
import "./keys.js";
import "./table.js";
import "./dialogs.js";
import "./toasts.js";
import "./connection.js";
import "./forms.js";
import "./drafts.js";
import "./drops.js";
import "./uploads.js";
import "./papers.js";
import "./printing.js";
