using System;

namespace BatVRTrainer
{
    // The connection: opened, lost, tried again, given up.
    public sealed partial class Session
    {
        /// <summary>One connection. What an older one says is not heard any more.</summary>
        sealed class Link : ITransportListener
        {
            readonly Session session;
            public readonly ITransport Transport;
            /// <summary>The item that the next frame of audio belongs to, and the bytes of it that came
            /// before.</summary>
            public string ItemId = "";
            public long Offset;
            public bool HasMoved;

            public Link(Session session, ITransport transport)
            {
                this.session = session;
                Transport = transport;
            }

            public void OnText(byte[] bytes, int count)
            {
                lock (session.gate) if (session.link == this) session.TakeText(bytes, 0, count);
            }

            public void OnBinary(byte[] bytes, int count)
            {
                lock (session.gate) if (session.link == this) session.TakeBinary(bytes, count);
            }

            public void OnClosed(int code)
            {
                lock (session.gate) if (session.link == this) session.Lose(code);
            }
        }

        void Open()
        {
            retryAt = Never;
            Release(false);
            openingUntil = options.Now() + OpeningMs;
            link = new Link(this, options.NewTransport());
            link.Transport.Open(address.Url, address.Token, link);
        }

        /// <summary>Lets go of the connection: nothing more is heard of it.</summary>
        void Release(bool isOrderly)
        {
            var old = link;
            link = null;
            isReady = false;
            isCongested = false;
            pingAt = -1;
            openingUntil = resendAt = Never;
            if (old == null) return;
            if (isOrderly) old.Transport.Close();
            else old.Transport.Abort();
        }

        /// <summary>The connection is dead, or has lost a message.</summary>
        void Abandon()
        {
            Release(false);
            Lose(CloseDecision.Abandoned);
        }

        void Lose(int code)
        {
            bool hasMoved = link != null && link.HasMoved;
            Release(false);
            code = CloseDecision.Meant(code, refusal.IsFatal ? refusal.Code : null);
            var reason = CloseDecision.Of(code);
            if (reason != EndReason.None)
            {
                Finish(reason, code);
                return;
            }
            long now = options.Now();
            if (reconnection == null) reconnection = new Reconnection(now, resumeWindowMs, options.Random);
            bool goesThere = hasMoved && moves <= MostMoves;
            long delay = goesThere ? 0 : reconnection.Next(now, retryAfterMs);
            retryAfterMs = 0;
            if (delay < 0)
            {
                Finish(wasReady ? EndReason.ResumeWindow : EndReason.Unreachable, code);
                return;
            }
            if (wasReady && !isOver) Enter(SessionState.Reconnecting);
            retryAt = now + delay;
            listener.OnConnectionLost(code, reconnection.Attempts, delay);
        }

        void Finish(EndReason reason, int code)
        {
            if (State == SessionState.Closed) return;
            isOver = true;
            Reason = reason;
            Release(true);
            retryAt = Never;
            Enter(SessionState.Closed);
            listener.OnClosed(reason, code, refusal.Code ?? "", refusal.Message ?? "");
        }

        void BeReady(Ready message)
        {
            openingUntil = Never;
            isReady = true;
            moves = 0;
            refusal = new ServerError();
            retryAfterMs = 0;
            reconnection = null;
            resumeWindowMs = message.ResumeWindowMs;
            heartbeatMs = Math.Max(1000, message.HeartbeatMs);
            readyAt = options.Now();
            timeAtReady = Math.Max(0, message.SessionTime);
            if (message.State == "ended") isOver = true;
            // Before anything else: the server takes whatever comes first for a client that does not resume.
            if (wasReady || message.Seq > 0)
            {
                var heard = options.Position == null ? played : options.Position();
                Send(ClientMessages.Resume(writer, lastSeq, heard.IsKnown ? heard : played));
            }
            if (isMuted) Send(ClientMessages.Mute(writer, true));
            SendWaitingEvents();
            if (wantsEnd && !isOver) Send(ClientMessages.EndSession(writer));
            wasReady = true;
            if (!isReady) return;
            Enter(isOver ? SessionState.Ended : SessionState.Ready);
        }

        /// <summary>Notices a connection that is dead although nobody closed it.</summary>
        void Watch(long now)
        {
            if (pingAt >= 0 && now - pingAt >= AnswerMs)
            {
                Abandon();
            }
            else if (pingAt < 0 && now - heardAt >= heartbeatMs)
            {
                pingAt = now;
                Send(ClientMessages.Ping(writer, now));
            }
        }

        void SendWaitingEvents()
        {
            resendAt = Never;
            if (!isReady || isOver) return;
            foreach (var waiting in events.Oldest()) if (!Send(ClientMessages.Event(writer, waiting))) return;
        }

        bool Send(JsonWriter message)
        {
            if (!isReady) return false;
            if (link.Transport.SendText(message.Bytes, message.Count)) return true;
            // A queue of 16 MiB is full: nothing gets through.
            Abandon();
            return false;
        }

        void Enter(SessionState state)
        {
            var previous = State;
            if (state == previous) return;
            State = state;
            listener.OnState(state, previous);
        }
    }
}
