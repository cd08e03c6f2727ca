using System.Collections.Generic;

namespace BatVRTrainer.Tests
{
    /// <summary>Remembers what a session tells.</summary>
    sealed class Heard : SessionListener
    {
        public readonly List<string> All = new List<string>();

        public override void OnState(SessionState state, SessionState previous) { All.Add("state " + state); }
        public override void OnTranscript(Transcript message) { All.Add("transcript " + message.Seq + " " + message.Text); }
        public override void OnEventStored(string eventId) { All.Add("stored " + eventId); }
        public override void OnEventRefused(string eventId, string code, string message) { All.Add("refused " + code); }
        public override void OnAudio(string itemId, long offset, byte[] bytes, int start, int count)
        {
            All.Add("audio " + itemId + " " + offset + " " + count);
        }
        public override void OnAudioClear(AudioClear message) { All.Add("clear " + message.ItemId + " " + message.HeardMs); }
        public override void OnCongestion(bool isCongested) { All.Add("congestion " + isCongested); }
        public override void OnConnectionLost(int closeCode, int attempt, long retryInMs)
        {
            All.Add("lost " + closeCode + " " + attempt + " " + retryInMs);
        }
        public override void OnClosed(EndReason reason, int closeCode, string code, string message)
        {
            All.Add("closed " + reason + " " + closeCode + " " + code);
        }
        public override void OnScore(Score message) { All.Add("score " + message.Data.WholeOf("overall")); }
        public override void OnResumeFailed(ResumeFailed message) { All.Add("resume_failed " + message.Seq); }
    }
}
