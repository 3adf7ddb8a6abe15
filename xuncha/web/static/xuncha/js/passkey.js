// Passkeys: the browser makes or shows one, and the form carries its answer. Options and answers are JSON with base64url.

function bytes(words) {
  const plain = atob(words.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

function words(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function asked(form) {
  const options = JSON.parse(form.dataset.passkey);
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    for (const each of options[list] || []) each.id = bytes(each.id);
  }
  return options;
}

function told(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = words(credential.response[part]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: words(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

async function pressed(button, make) {
  const form = button.closest("form");
  if (!form.reportValidity()) return;
  const failed = form.querySelector("[data-passkey-failed]");
  failed.hidden = true;
  button.disabled = true;
  try {
    form.elements.credential.value = told(await make({ publicKey: asked(form) }));
    form.requestSubmit();
  } catch {
    // Given up, too slow, or no device: the person decides what to do.
    failed.hidden = false;
  } finally {
    button.disabled = false;
  }
}

document.addEventListener("click", (event) => {
  const create = event.target.closest("[data-passkey-create]");
  const get = event.target.closest("[data-passkey-get]");
  if (create) pressed(create, (options) => navigator.credentials.create(options));
  else if (get) pressed(get, (options) => navigator.credentials.get(options));
});
// Enter in a field makes the passkey too: without it the form would go without one.
document.addEventListener("keydown", (event) => {
  const create = event.key === "Enter" && event.target.matches("form[data-passkey] input") && event.target.form.querySelector("[data-passkey-create]");
  if (create) {
    event.preventDefault();
    create.click();
  }
});
