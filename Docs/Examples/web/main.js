// A page of your own origin that holds a training call with the client module of the server. In your page the server's
// address is known, so that you import statically:
//
//   import { Call } from "https://trainer.example/client/bat-client.js";

const setup = document.querySelector("#setup");
const problem = document.querySelector("#problem");
const result = document.querySelector("#result");
const lines = document.querySelector("#lines");

// Your own server gets the ticket with its API key. It hands the ticket over after the number sign, because browsers
// send that part to no server.
setup.elements.ticket.value = new URLSearchParams(location.hash.slice(1)).get("ticket") ?? "";
setup.elements.server.value = new URLSearchParams(location.search).get("server") ?? setup.elements.server.value;
history.replaceState(null, "", location.pathname + location.search);

let call = null;
let client = null;
let notice = null;

/** Loads the module ahead of the click, because a gesture does not outlast a download, and the notice about the AI. */
async function load() {
  const server = setup.elements.server.value;
  problem.textContent = "";
  setup.elements.start.disabled = true;
  client = import(new URL("/client/bat-client.js", server));
  try {
    const { RestClient } = await client;
    notice = await new RestClient({ server }).notice(document.documentElement.lang);
    document.querySelector("#notice").textContent = notice.text;
    setup.elements.start.disabled = false;
  } catch (error) {
    problem.textContent = error.code ? error.message : "The server cannot be reached.";
  }
}

load();
setup.elements.server.addEventListener("change", load);

setup.addEventListener("submit", async (event) => {
  event.preventDefault();
  problem.textContent = result.textContent = "";
  const { server, ticket, trainee, scenario, speak } = setup.elements;
  try {
    const { Call } = await client;
    call = new Call({ server: server.value, credential: ticket.value || null, microphone: speak.checked });
    listen();
    setup.hidden = true;
    document.querySelector("#call").hidden = false;
    // Within the click: browsers open microphone and loudspeaker only after a gesture.
    await call.start({
      scenarioId: scenario.value, traineeId: trainee.value, client: "example-web",
      noticeShown: { version: notice.version, language: notice.language, time: new Date().toISOString() },
    });
  } catch (error) {
    problem.textContent = explain(error);
    setup.hidden = false;
    document.querySelector("#call").hidden = true;
  }
});

/** The codes are for programs: some deserve a better sentence than the module's own. */
function explain(error) {
  if (error.code === "denied") return "Allow the microphone in the browser's address bar, or untick it and type.";
  if (error.code === "ticket_expired") return "This link has expired. Ask for a new one.";
  return error.message;
}

function listen() {
  const show = { state: document.querySelector("#state"), level: document.querySelector("#level") };
  call.addEventListener("state", ({ detail: { state } }) => {
    show.state.value = state;
  });
  call.addEventListener("level", ({ detail: { decibels } }) => {
    show.level.value = decibels;
  });
  call.addEventListener("line", ({ detail: { lines: all } }) => {
    // Lines may come late and may be replaced, so that all are shown again. Text, never HTML.
    lines.replaceChildren(...all.map(({ speaker, text }) => {
      const item = document.createElement("li");
      item.textContent = `${speaker === "AVATAR" ? call.created.persona.name : "You"}: ${text}`;
      return item;
    }));
  });
  call.addEventListener("connection", ({ detail: { isConnected, attempt } }) => {
    problem.textContent = isConnected ? "" : `The connection is lost. Attempt ${attempt} …`;
  });
  call.addEventListener("microphone", ({ detail: { state, label } }) => {
    if (state === "silent") problem.textContent = `Nothing comes from ${label}. Is it switched off?`;
    if (state === "lost") problem.textContent = "The microphone is gone.";
    if (state === "heard" || state === "changed") problem.textContent = "";
  });
  call.addEventListener("sound", ({ detail: { state } }) => {
    document.querySelector("#sound").hidden = state === "running";
  });
  call.addEventListener("mute", ({ detail: { reasons } }) => {
    document.querySelector("#mute").setAttribute("aria-pressed", reasons.includes("user"));
  });
  call.addEventListener("error", ({ detail: { code, message } }) => console.warn(code, message));
  call.addEventListener("ended", () => {
    result.textContent = "The call is over. The score follows in a few seconds.";
  });
  call.addEventListener("finished", ({ detail: { score } }) => {
    result.textContent = score?.data
      ? `${score.data.overall} points, ${score.verdict}. ${score.data.summary ?? ""}`
      : `There is no score: ${score?.error ?? "look again later"}.`;
    setup.hidden = false;
    document.querySelector("#call").hidden = true;
  });
}

document.querySelector("#mute").addEventListener("click", () => call.mute(!call.muteReasons.includes("user")));
document.querySelector("#sound").addEventListener("click", () => call.resumeSound());
document.querySelector("#end").addEventListener("click", () => call.end());
document.querySelector("#leaflet").addEventListener("click", () => {
  call.sendEvent("VR_INTERACTION", { interactedObject: "Leaflet", action: "HANDOVER" });
});
document.querySelector("#typed").addEventListener("submit", (event) => {
  event.preventDefault();
  const { line } = event.target.elements;
  if (line.value.trim() && call.sendText(line.value)) line.value = "";
});
