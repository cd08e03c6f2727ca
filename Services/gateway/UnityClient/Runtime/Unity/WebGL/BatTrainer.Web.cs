#if UNITY_WEBGL && !UNITY_EDITOR
using System.Runtime.InteropServices;
using UnityEngine;

namespace BatVRTrainer
{
    // In a browser: the server's own web client holds the call, with the browser's microphone and loudspeaker.
    public sealed partial class BatTrainer
    {
        [DllImport("__Internal")]
        static extern void BatCallStart(string gameObject, string server, string ticket, string request, int usesMicrophone);

        [DllImport("__Internal")]
        static extern int BatCallSendText(string text);

        [DllImport("__Internal")]
        static extern string BatCallSendEvent(string type, string data);

        [DllImport("__Internal")]
        static extern void BatCallMute(int isMuted);

        [DllImport("__Internal")]
        static extern void BatCallEnd();

        [DllImport("__Internal")]
        static extern void BatCallLeave();

        [DllImport("__Internal")]
        static extern double BatCallTime();

        /// <summary>Seconds of the session's clock; -1 before it is known.</summary>
        public double SessionTime { get { return BatCallTime(); } }

        public bool SendText(string text) { return BatCallSendText(text) != 0; }

        public string SendEvent(string type, string dataJson)
        {
            var id = BatCallSendEvent(type, dataJson);
            return string.IsNullOrEmpty(id) ? null : id;
        }

        public void Mute(bool isMuted) { BatCallMute(isMuted ? 1 : 0); }

        public void EndCall() { BatCallEnd(); }

        public void LeaveCall()
        {
            isLeaving = true;
            BatCallLeave();
            Enter(SessionState.Closed);
        }

        /// <summary>The browser's page keeps none.</summary>
        public void UploadLeftBehind() { }

        void CreateSession(NewSession wanted)
        {
            var request = new JsonWriter();
            wanted.Write(request);
            Open(request.ToString());
        }

        void Connect(CreatedSession created)
        {
            Created = created;
            var request = new JsonWriter();
            request.Begin().Pair("sessionId", created.SessionId).Pair("wsUrl", created.WsUrl)
                .Pair("wsToken", created.WsToken).End();
            Open(request.ToString());
        }

        void Open(string request) { BatCallStart(gameObject.name, Server, Ticket, request, UsesMicrophone ? 1 : 0); }

        void StepCall() { }

        void ReleaseCall() { BatCallLeave(); }

        /// <summary>Called by the page: an event of the web client, `{"type", "detail"}`.</summary>
        public void OnBatCall(string json)
        {
            JsonValue told;
            if (isLeaving || !JsonReader.TryRead(json, out told)) return;
            var type = told.TextOf("type");
            var detail = told["detail"];
            switch (type)
            {
                case "created":
                    Created = CreatedSession.Read(detail);
                    NoticeReceived.Invoke(Created.Notice);
                    break;
                case "state":
                    TakeState(detail.TextOf("state"));
                    break;
                case "connection":
                    ConnectionChanged.Invoke(detail.FlagOf("isConnected"));
                    break;
                case "microphone":
                    var state = detail.TextOf("state");
                    if (state == "silent" || state == "heard") MicrophoneSilent.Invoke(state == "silent");
                    break;
                case "failed":
                    Tell(detail.TextOf("code"), detail.TextOf("message"));
                    Enter(SessionState.Closed);
                    break;
                case "restored":
                    Restore(detail["session"]);
                    break;
                case "finished":
                    Enter(SessionState.Closed);
                    Finished.Invoke();
                    break;
                default:
                    Take(type, detail);
                    break;
            }
        }

        /// <summary>The web client also tells whose turn it is; here all of that is `Ready`.</summary>
        void TakeState(string state)
        {
            if (state == "reconnecting") Enter(SessionState.Reconnecting);
            else if (state == "ended") Enter(SessionState.Ended);
            else if (state == "ready" || state == "listening" || state == "thinking" || state == "speaking")
            {
                Enter(SessionState.Ready);
            }
        }
    }
}
#endif
