// Passkeys: what the server asks of a device, and what the device answers, are put in the form that
// carries them. Forms that need a passkey are hidden until we know that this browser has them.
const REFUSED = "L’appareil n’a pas donné de clé. Vous pouvez recommencer.";
const ABSENT = "Ce navigateur ne connaît pas les clés d’accès.";
const known = "PublicKeyCredential" in window && "parseRequestOptionsFromJSON" in PublicKeyCredential;

async function wanted(form) {
  if (!form.dataset.options) {
    return JSON.parse(form.querySelector('script[type="application/json"]').textContent);
  }
  const answer = await fetch(form.dataset.options, { headers: { Accept: "application/json" } });
  if (!answer.ok) {
    throw new Error(answer.statusText);
  }
  return answer.json();
}

async function created(form) {
  const { publicKey } = (await wanted(form)).creation_options;
  if (form.elements.passwordless.checked) {
    publicKey.authenticatorSelection = {
      ...publicKey.authenticatorSelection,
      residentKey: "required",
      requireResidentKey: true,
      userVerification: "required",
    };
  }
  return navigator.credentials.create({
    publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey),
  });
}

async function shown(form) {
  const { publicKey } = (await wanted(form)).request_options;
  return navigator.credentials.get({
    publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey),
  });
}

for (const form of document.querySelectorAll("[data-passkey]")) {
  const error = form.querySelector(".errorlist[hidden]");
  const say = (text) => {
    error.textContent = text;
    error.hidden = false;
  };
  if (known) {
    form.hidden = false;
  } else if (!form.hidden) {
    say(ABSENT);
    form.querySelector("button").disabled = true;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const credential = await (form.dataset.passkey === "add" ? created(form) : shown(form));
      form.elements.credential.value = JSON.stringify(credential);
    } catch {
      say(REFUSED);
      return;
    }
    form.submit();
  });
}
