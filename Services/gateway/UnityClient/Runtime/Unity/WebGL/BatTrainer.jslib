// The bridge between a Unity page and the server's web client, which it loads from the server: /client/bat-client.js.
mergeInto(LibraryManager.library, {
  $batCall: { call: null },

  BatCallStart__deps: ["$batCall"],
  BatCallStart: function (gameObject, server, ticket, request, usesMicrophone) {
    var target = UTF8ToString(gameObject);
    var origin = UTF8ToString(server).replace(/\/$/, "");
    var credential = UTF8ToString(ticket) || null;
    var wanted = JSON.parse(UTF8ToString(request));
    var told = ["state", "transcript", "attitude", "compliance", "session_ended", "session_outcome", "score", "error",
      "audio_clear", "status", "hint", "going_away", "connection", "microphone", "sound", "event_stored", "event_refused",
      "restored", "finished"];
    function tell(type, detail) {
      SendMessage(target, "OnBatCall", JSON.stringify({ type: type, detail: detail }));
    }
    import(origin + "/client/bat-client.js").then(function (client) {
      var call = new client.Call({ server: origin, credential: credential, microphone: usesMicrophone !== 0 });
      batCall.call = call;
      told.forEach(function (type) {
        call.addEventListener(type, function (event) { tell(type, event.detail); });
      });
      return call.start(wanted).then(function (created) { tell("created", created); });
    }).catch(function (error) {
      batCall.call = null;
      tell("failed", { code: error.code || "failed", message: String(error.message || error) });
    });
  },

  BatCallSendText__deps: ["$batCall"],
  BatCallSendText: function (text) {
    return batCall.call && batCall.call.sendText(UTF8ToString(text)) ? 1 : 0;
  },

  BatCallSendEvent__deps: ["$batCall"],
  BatCallSendEvent: function (type, data) {
    var id = batCall.call ? batCall.call.sendEvent(UTF8ToString(type), JSON.parse(UTF8ToString(data))) || "" : "";
    var size = lengthBytesUTF8(id) + 1;
    var buffer = _malloc(size);
    stringToUTF8(id, buffer, size);
    return buffer;
  },

  BatCallMute__deps: ["$batCall"],
  BatCallMute: function (isMuted) {
    if (batCall.call) batCall.call.mute(isMuted !== 0);
  },

  BatCallEnd__deps: ["$batCall"],
  BatCallEnd: function () {
    if (batCall.call) batCall.call.end();
  },

  BatCallLeave__deps: ["$batCall"],
  BatCallLeave: function () {
    if (batCall.call) batCall.call.leave();
    batCall.call = null;
  },

  BatCallTime__deps: ["$batCall"],
  BatCallTime: function () {
    var session = batCall.call && batCall.call.session;
    return session && session.time !== null ? session.time : -1;
  },
});
