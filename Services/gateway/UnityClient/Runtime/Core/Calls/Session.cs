using System;

namespace BatVRTrainer
{
    /// <summary>One call over the WebSocket, `bat.v1`: connected, resumed when the connection is lost, ended.</summary>
    /// <remarks>Safe between threads. Nothing blocks. `Tick` has to be called every 20 to 100 ms, from any
    /// thread.</remarks>
    public sealed partial class Session
    {
        const long OpeningMs = 10000;
        const long AnswerMs = 10000;
        const long ResendMs = 1000;
        /// <summary>About ten seconds of audio.</summary>
        const int MostQueuedBytes = 512 * 1024;
        const int MostMoves = 5;
        const int MostCharacters = 4000;
        const int MostTextBytes = 16000;
        const long Never = long.MaxValue;

        readonly object gate = new object();
        readonly SessionOptions options;
        readonly SessionListener listener;
        readonly EventBuffer events;
        readonly JsonWriter writer = new JsonWriter(1024);
        readonly byte[] audio = new byte[1 + 2 * SoundFormat.FrameSamples * 5];

        SessionAddress address;
        Link link;
        bool isReady;
        bool wasReady;
        bool isOver;
        bool isMuted;
        bool wantsEnd;
        bool isCongested;
        int moves;
        long lastSeq;
        long gapAfter = -1;
        Place played;
        ServerError refusal;

        Reconnection reconnection;
        long retryAfterMs;
        long resumeWindowMs = 60000;
        long heartbeatMs = 15000;
        long heardAt;
        long pingAt = -1;
        long openingUntil = Never;
        long retryAt = Never;
        long resendAt = Never;
        double timeAtReady = -1;
        long readyAt;

        public Session(SessionOptions options, SessionListener listener)
        {
            this.options = options;
            this.listener = listener;
            events = options.Events ?? new EventBuffer(null, options.SessionId);
            if (SessionAddress.TryRead(options.WsUrl, out address) && !string.IsNullOrEmpty(options.WsToken))
            {
                address.Token = options.WsToken;
            }
        }

        public SessionState State { get; private set; }

        public string SessionId { get { return options.SessionId; } }

        /// <summary>Why the session is over.</summary>
        public EndReason Reason { get; private set; }

        /// <summary>What the server sends is complete up to here.</summary>
        public long LastSeq { get { lock (gate) return lastSeq; } }

        public bool IsConnected { get { lock (gate) return isReady; } }

        public bool IsMuted { get { lock (gate) return isMuted; } }

        /// <summary>How long the server keeps the session without a connection.</summary>
        public long ResumeWindowMs { get { lock (gate) return resumeWindowMs; } }

        /// <summary>Events that are not known to be on the server's disk. Upload them after the end.</summary>
        public EventBuffer Events { get { return events; } }

        /// <summary>Seconds of the session's own clock; -1 before the first `ready`.</summary>
        public double Time
        {
            get
            {
                lock (gate) return timeAtReady < 0 ? -1 : timeAtReady + (options.Now() - readyAt) / 1000.0;
            }
        }

        /// <summary>Begins to connect. `OnReady` or `OnClosed` follows.</summary>
        public void Connect()
        {
            lock (gate)
            {
                if (State != SessionState.Idle) return;
                Enter(SessionState.Connecting);
                if (address.Token == null || address.Token.Length == 0 || address.Url.Length == 0)
                {
                    refusal = new ServerError { Code = "invalid_token", Message = "The session has no address or no token." };
                    Finish(EndReason.Refused, 0);
                    return;
                }
                Open();
            }
        }

        /// <summary>Does what is due.</summary>
        public void Tick()
        {
            lock (gate)
            {
                long now = options.Now();
                if (now >= openingUntil) Abandon();
                if (now >= retryAt) Open();
                if (now >= resendAt) SendWaitingEvents();
                if (isReady) Watch(now);
            }
        }

        // What the trainee does

        /// <summary>20 to 100 ms at 24 kHz. False when it was dropped: muted, not connected, or the line is too
        /// slow.</summary>
        public bool SendAudio(short[] samples, int count)
        {
            lock (gate)
            {
                if (!isReady || isMuted || isOver || count * 2 >= audio.Length) return false;
                bool isFull = link.Transport.QueuedBytes > MostQueuedBytes;
                if (isFull != isCongested)
                {
                    isCongested = isFull;
                    listener.OnCongestion(isFull);
                }
                if (isFull) return false;
                audio[0] = SoundFormat.Mark;
                for (int i = 0, at = 1; i < count; i++)
                {
                    audio[at++] = (byte)samples[i];
                    audio[at++] = (byte)(samples[i] >> 8);
                }
                return link.Transport.SendBinary(audio, 1 + 2 * count);
            }
        }

        /// <summary>A typed line instead of speech. False when it was not sent: it waits for no connection.</summary>
        public bool SendText(string text)
        {
            if (string.IsNullOrEmpty(text) || text.Length > MostCharacters) return false;
            if (System.Text.Encoding.UTF8.GetByteCount(text) > MostTextBytes) return false;
            lock (gate) return !isOver && Send(ClientMessages.Text(writer, text));
        }

        /// <summary>What happened in the scene. Waits for a connection, and counts once. Gives its id; null when it
        /// cannot wait.</summary>
        /// <param name="type">VR_INTERACTION, TABLET_CHOICE, DOB_CHECK or ERROR.</param>
        /// <param name="dataJson">A JSON object.</param>
        public string SendEvent(string type, string dataJson)
        {
            JsonValue data;
            if (!JsonReader.TryRead(dataJson, out data) || data.Is != JsonValue.Kind.Object) return null;
            lock (gate)
            {
                double time = Time;
                var waiting = new WaitingEvent
                {
                    EventId = Guid.NewGuid().ToString("N"), Type = type, Data = data.ToString(),
                    Time = Math.Max(0, time), HasTime = time >= 0,
                };
                if (!events.Add(waiting))
                {
                    listener.OnEventRefused(waiting.EventId, "too_many_waiting", "Too many events wait for the server.");
                    return null;
                }
                if (!isOver) Send(ClientMessages.Event(writer, waiting));
                return waiting.EventId;
            }
        }

        /// <summary>Says that no audio comes, and drops what is sent all the same.</summary>
        public void Mute(bool isMuted)
        {
            lock (gate)
            {
                if (isMuted == this.isMuted) return;
                this.isMuted = isMuted;
                Send(ClientMessages.Mute(writer, isMuted));
            }
        }

        /// <summary>How far the customer's audio has been heard: about every 200 ms while it plays.</summary>
        public void ReportPlayed(Place place)
        {
            if (!place.IsKnown) return;
            lock (gate)
            {
                played = place;
                Send(ClientMessages.Played(writer, place));
            }
        }

        /// <summary>Ends the conversation; the score comes afterwards. Without a connection it is said when there is
        /// one.</summary>
        public void End()
        {
            lock (gate)
            {
                wantsEnd = true;
                Send(ClientMessages.EndSession(writer));
            }
        }

        /// <summary>The app goes to the background, or the headset is taken off: lets go of the connection, keeps the
        /// token.</summary>
        public void Pause()
        {
            lock (gate)
            {
                if (State == SessionState.Idle || State == SessionState.Paused || State == SessionState.Closed) return;
                if (isOver && State == SessionState.Ended && !isReady && link == null) return;
                Release(true);
                retryAt = Never;
                reconnection = null;
                Enter(SessionState.Paused);
            }
        }

        /// <summary>The app is back. Connects at once, however long it was away: the server decides.</summary>
        public void Unpause()
        {
            lock (gate)
            {
                if (State != SessionState.Paused) return;
                Enter(isOver ? SessionState.Ended : wasReady ? SessionState.Reconnecting : SessionState.Connecting);
                Open();
            }
        }

        /// <summary>Does not wait for the next attempt, because the network is back for example.</summary>
        public void RetryNow()
        {
            lock (gate) if (retryAt != Never) Open();
        }

        /// <summary>Leaves without ending the conversation; the server keeps it for `ResumeWindowMs`.</summary>
        public void Close()
        {
            lock (gate) Finish(EndReason.Left, 1000);
        }
    }
}
