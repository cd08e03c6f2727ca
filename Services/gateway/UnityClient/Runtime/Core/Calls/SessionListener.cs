namespace BatVRTrainer
{
    /// <summary>Who is told what happens in a session. Override what you need.</summary>
    /// <remarks>Called on any thread and under the session's lock: take what you need and return at once.</remarks>
    public abstract class SessionListener
    {
        public virtual void OnState(SessionState state, SessionState previous) { }

        /// <summary>Audio of the customer: PCM16 at 24 kHz. The bytes may be read until the call returns.</summary>
        /// <param name="offset">Bytes of the item before these.</param>
        public virtual void OnAudio(string itemId, long offset, byte[] bytes, int start, int count) { }

        public virtual void OnReady(Ready message) { }
        public virtual void OnResumed(Resumed message) { }
        /// <summary>The history was gone: ask REST for the session.</summary>
        public virtual void OnResumeFailed(ResumeFailed message) { }
        public virtual void OnTranscript(Transcript message) { }
        public virtual void OnAttitude(Attitude message) { }
        public virtual void OnCompliance(Compliance message) { }
        public virtual void OnAudioClear(AudioClear message) { }
        public virtual void OnSessionEnded(SessionEnded message) { }
        public virtual void OnSessionOutcome(SessionOutcome message) { }
        public virtual void OnScore(Score message) { }
        public virtual void OnError(ServerError message) { }
        public virtual void OnStatus(Status message) { }
        public virtual void OnHint(Hint message) { }
        public virtual void OnGoingAway(GoingAway message) { }

        /// <summary>Every text message as it came, also of types that this client does not know. For a log.</summary>
        public virtual void OnMessage(string type, JsonValue message) { }

        /// <summary>The event is on the server's disk.</summary>
        public virtual void OnEventStored(string eventId) { }
        /// <summary>The event never will be.</summary>
        public virtual void OnEventRefused(string eventId, string code, string message) { }

        /// <summary>The connection was lost, and will be tried again after so many milliseconds.</summary>
        public virtual void OnConnectionLost(int closeCode, int attempt, long retryInMs) { }
        /// <summary>The trainee's line is too slow, so the microphone's audio is dropped; or no longer.</summary>
        public virtual void OnCongestion(bool isCongested) { }
        /// <summary>Over for good, once.</summary>
        public virtual void OnClosed(EndReason reason, int closeCode, string code, string message) { }
    }
}
