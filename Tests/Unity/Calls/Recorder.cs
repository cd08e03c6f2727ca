using System;
using System.Collections.Generic;
using System.IO;

namespace BatVRTrainer.Calls
{
    /// <summary>What a session told, and how far its audio was right.</summary>
    sealed class Recorder : SessionListener
    {
        readonly object gate = new object();
        readonly Dictionary<string, MemoryStream> items = new Dictionary<string, MemoryStream>();
        /// <summary>Where in its item each stream begins: later, where the beginning was heard elsewhere.</summary>
        readonly Dictionary<string, long> begins = new Dictionary<string, long>();
        Session session;
        long lastSeq;

        public readonly List<string> Story = new List<string>();
        public int SeqGaps, Resumes, Losses, OffsetFaults;
        public long BytesHeard;
        public bool HasScore, HasEnded;
        public EndReason Reason;
        public int CloseCode;
        public readonly List<long> ResumedAfterMs = new List<long>();
        long lostAt = -1;

        public void Follow(Session session) { this.session = session; }

        /// <summary>Whether one item contains exactly these bytes.</summary>
        public bool HasHeard(byte[] sound)
        {
            lock (gate)
            {
                foreach (var item in items.Values)
                {
                    if (item.Length >= sound.Length && Contains(item.GetBuffer(), (int)item.Length, sound)) return true;
                }
                return false;
            }
        }

        static bool Contains(byte[] whole, int length, byte[] part)
        {
            for (int at = 0; at + part.Length <= length; at += 2)
            {
                int same = 0;
                while (same < part.Length && whole[at + same] == part[same]) same++;
                if (same == part.Length) return true;
            }
            return false;
        }

        public void ForgetItems() { lock (gate) items.Clear(); }

        public override void OnAudio(string itemId, long offset, byte[] bytes, int start, int count)
        {
            lock (gate)
            {
                MemoryStream item;
                if (!items.TryGetValue(itemId, out item))
                {
                    items[itemId] = item = new MemoryStream();
                    begins[itemId] = offset;
                }
                long at = offset - begins[itemId];
                if (at > item.Length) OffsetFaults++;
                item.Position = Math.Max(0, Math.Min(at, item.Length));
                item.Write(bytes, start, count);
                BytesHeard += count;
                session.ReportPlayed(new Place(itemId, (begins[itemId] + item.Length) / SoundFormat.BytesPerMs));
            }
        }

        public override void OnMessage(string type, JsonValue message)
        {
            long seq = message.WholeOf("seq", -1);
            if (seq < 0 || type == "ready" || type == "resume_failed") return;
            if (seq != lastSeq + 1) SeqGaps++;
            lastSeq = seq;
        }

        public override void OnState(SessionState state, SessionState previous)
        {
            Tell("state " + state);
            if (state == SessionState.Reconnecting || state == SessionState.Paused) lostAt = SessionOptions.Milliseconds();
        }

        public override void OnResumed(Resumed message)
        {
            Resumes++;
            if (lostAt >= 0) ResumedAfterMs.Add(SessionOptions.Milliseconds() - lostAt);
            lostAt = -1;
            Tell("resumed " + message.From + " to " + message.To);
        }

        public override void OnConnectionLost(int closeCode, int attempt, long retryInMs)
        {
            Losses++;
            Tell("lost " + closeCode);
        }

        public override void OnClosed(EndReason reason, int closeCode, string code, string message)
        {
            Reason = reason;
            CloseCode = closeCode;
            Tell("closed " + reason + " " + closeCode + " " + code);
        }

        public override void OnError(ServerError message) { Tell("error " + message.Code + " " + message.Message); }
        public override void OnEventRefused(string id, string code, string message) { Tell("refused " + code + message); }
        public override void OnResumeFailed(ResumeFailed message) { Tell("resume_failed"); }
        public override void OnStatus(Status message) { Tell("status " + message.Upstream + message.Microphone); }
        public override void OnScore(Score message) { HasScore = true; }

        public override void OnSessionEnded(SessionEnded message)
        {
            HasEnded = true;
            Tell("ended " + message.EndTrigger);
        }

        void Tell(string what) { lock (gate) Story.Add(what); }
    }
}
