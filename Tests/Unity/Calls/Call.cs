using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace BatVRTrainer.Calls
{
    /// <summary>A call of the Unity core with the real gateway, as an app would hold it.</summary>
    sealed class Call : IDisposable
    {
        const int PatienceMs = 60000;

        readonly Timer timer;
        public readonly Recorder Heard = new Recorder();
        public readonly Session Session;
        public readonly CreatedSession Created;
        public readonly RestClient Rest;
        public readonly List<string> EventIds = new List<string>();

        /// <param name="port">Of a line in between; 0 for none.</param>
        public Call(string server, string trainee, int port = 0, EventBuffer events = null)
            : this(server, Create(server, trainee), port, events) { }

        public Call(string server, CreatedSession created, int port = 0, EventBuffer events = null)
        {
            Rest = new RestClient(server, null);
            Created = created;
            var address = new UriBuilder(created.WsUrl);
            if (port > 0) address.Port = port;
            Session = new Session(
                new SessionOptions
                {
                    WsUrl = address.Uri.AbsoluteUri, WsToken = created.WsToken, SessionId = created.SessionId,
                    Events = events,
                },
                Heard);
            Heard.Follow(Session);
            timer = new Timer(_ => Session.Tick(), null, 0, 20);
            Session.Connect();
        }

        static CreatedSession Create(string server, string trainee)
        {
            var wanted = new NewSession { ScenarioId = "fmc_resistant", TraineeId = trainee, Client = "unity-test" };
            return new RestClient(server, null).CreateSession(wanted).Result;
        }

        public void Event()
        {
            var id = Session.SendEvent("VR_INTERACTION", EventData.Interaction("Shelf_" + EventIds.Count, "TOUCH"));
            if (id != null) EventIds.Add(id);
        }

        public void WaitFor(string what, Func<bool> condition)
        {
            long until = SessionOptions.Milliseconds() + PatienceMs;
            while (!condition())
            {
                if (SessionOptions.Milliseconds() > until || Heard.Reason != EndReason.None && !condition())
                {
                    throw new TimeoutException(
                        Created.SessionId + ": never " + what + "; " + string.Join(", ", Heard.Story.ToArray()));
                }
                Thread.Sleep(2);
            }
        }

        public void WaitUntilReady() { WaitFor("ready", () => Session.State == SessionState.Ready); }

        /// <summary>Ends the call, waits for its score and uploads what is left. Gives events that are lost, and
        /// doubled.</summary>
        public void Finish(out int lost, out int doubled)
        {
            Session.End();
            WaitFor("scored and closed", () => Heard.HasScore && Heard.Reason != EndReason.None);
            Rest.Upload(Session.Events).Wait();
            Audit(out lost, out doubled);
        }

        public void Audit(out int lost, out int doubled)
        {
            long until = SessionOptions.Milliseconds() + 5000;
            do
            {
                var stored = Rest.Session(Created.SessionId).Result["events"].Items
                    .Select(item => item.TextOf("eventId")).ToArray();
                lost = EventIds.Count(id => !stored.Contains(id));
                doubled = EventIds.Count(id => stored.Count(other => other == id) > 1);
                if (lost > 0) Thread.Sleep(100);
            }
            while (lost > 0 && SessionOptions.Milliseconds() < until);
        }

        public void Dispose()
        {
            Session.Close();
            timer.Dispose();
        }
    }
}
