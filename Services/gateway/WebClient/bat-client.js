// The client module: what a page needs to hold a training call. How to use it: Docs/WebClient.md.

export { Call } from "./call.js";
export { MicrophoneError, RequestError, SessionError } from "./errors.js";
export { Microphone } from "./microphone.js";
export { Player } from "./player.js";
export { createSession, RestClient } from "./restClient.js";
export { Session } from "./session.js";
