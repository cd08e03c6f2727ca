using System;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace BatVRTrainer.Editor
{
    /// <summary>A typed call, to see whether a server can be reached and what it says.</summary>
    sealed class TestCall : SessionListener, IDisposable
    {
        const int MostLines = 500;

        readonly object gate = new object();
        readonly List<string> log = new List<string>();
        CallWorker worker;
        Session session;

        public SessionState State { get { return session == null ? SessionState.Idle : session.State; } }

        public async Task Begin(RestClient rest, string scenarioId, string traineeId)
        {
            var wanted = new NewSession { ScenarioId = scenarioId, TraineeId = traineeId, Client = "unity-editor" };
            var created = await rest.CreateSession(wanted);
            Note("session " + created.SessionId + ", customer " + created.PersonaName);
            Note(created.Notice);
            session = new Session(
                new SessionOptions { WsUrl = created.WsUrl, WsToken = created.WsToken, SessionId = created.SessionId }, this);
            // Who only types is not silent.
            session.Mute(true);
            worker = new CallWorker(session);
            session.Connect();
            worker.Start();
        }

        public void Say(string text)
        {
            if (session == null || !session.SendText(text)) Note("not sent: " + text);
        }

        public void End() { if (session != null) session.End(); }

        public void Note(string line)
        {
            lock (gate)
            {
                if (log.Count == MostLines) log.RemoveAt(0);
                log.Add(line);
            }
        }

        public string[] Log { get { lock (gate) return log.ToArray(); } }

        public void Dispose()
        {
            if (worker != null) worker.Dispose();
            if (session != null) session.Close();
        }

        public override void OnMessage(string type, JsonValue message) { Note(message.ToString()); }

        public override void OnState(SessionState state, SessionState previous) { Note("state " + state); }

        public override void OnAudio(string itemId, long offset, byte[] bytes, int start, int count)
        {
            // Nothing plays here, and the customer has to know that it may go on.
            session.ReportPlayed(new Place(itemId, (offset + count) / SoundFormat.BytesPerMs));
        }

        public override void OnConnectionLost(int closeCode, int attempt, long retryInMs)
        {
            Note("connection lost (" + closeCode + "), attempt " + attempt + " in " + retryInMs + " ms");
        }

        public override void OnClosed(EndReason reason, int closeCode, string code, string message)
        {
            Note("closed: " + reason + " (" + closeCode + ") " + code + " " + message);
        }
    }
}
