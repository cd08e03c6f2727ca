namespace BatVRTrainer
{
    /// <summary>Where a session's connection is.</summary>
    public enum SessionState
    {
        Idle,
        Connecting,
        /// <summary>The customer listens.</summary>
        Ready,
        /// <summary>The connection is lost and tried again.</summary>
        Reconnecting,
        /// <summary>The app is in the background: nothing is tried until it is back.</summary>
        Paused,
        /// <summary>The conversation is over; the score is to come.</summary>
        Ended,
        /// <summary>Over for good.</summary>
        Closed,
    }
}
