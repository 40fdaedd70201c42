// Carries question and answer between our forms and the browser's passkeys (WebAuthn), no more.
// Without it, or without passkeys in the browser, nothing of it is shown: the mail link works.
(function () {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials) { return; }

  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (one) { return one.charCodeAt(0); });
  }

  function text(buffer) {
    var plain = String.fromCharCode.apply(null, new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function listed(keys) {
    return (keys || []).map(function (one) { return Object.assign({}, one, { id: bytes(one.id) }); });
  }

  function question(options) {
    options.challenge = bytes(options.challenge);
    if (options.user) { options.user.id = bytes(options.user.id); }
    if (options.excludeCredentials) { options.excludeCredentials = listed(options.excludeCredentials); }
    if (options.allowCredentials) { options.allowCredentials = listed(options.allowCredentials); }
    return { publicKey: options };
  }

  function answer(made) {
    var response = {}, names = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
    names.forEach(function (name) {
      if (made.response[name]) { response[name] = text(made.response[name]); }
    });
    return JSON.stringify({
      id: made.id, rawId: text(made.rawId), type: made.type, response: response, clientExtensionResults: {}
    });
  }

  function show(form, failed) {
    form.querySelector("[data-failed]").hidden = !failed;
    form.querySelector("button").disabled = false;
  }

  async function ask(form) {
    var asked = await fetch(form.dataset.start, { method: "POST", body: new URLSearchParams() });
    if (!asked.ok) { throw new Error("refused"); }
    var options = question(await asked.json());
    var verb = form.dataset.verb === "create" ? "create" : "get";
    form.elements.answer.value = answer(await navigator.credentials[verb](options));
    HTMLFormElement.prototype.submit.call(form);
  }

  document.querySelectorAll("form[data-passkey]").forEach(function (form) {
    form.closest("[data-needs-passkey]").hidden = false;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      form.querySelector("button").disabled = true;
      form.querySelector("[data-failed]").hidden = true;
      ask(form).catch(function () { show(form, true); });
    });
  });
  document.querySelectorAll("[data-without-passkey]").forEach(function (one) { one.hidden = true; });
}());
