export * from "./messages.js";
export * from "./call.js";
export * from "./errors.js";
export * from "./microphone.js";
export * from "./player.js";
export * from "./restClient.js";
export * from "./session.js";
