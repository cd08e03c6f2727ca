using System;

namespace BatVRTrainer
{
    /// <summary>When a lost connection is tried again. Decisions only; all times in milliseconds of one
    /// clock.</summary>
    public sealed class Reconnection
    {
        const double FirstMs = 250;
        const double LongestMs = 5000;

        readonly long until;
        readonly Func<double> random;

        /// <param name="random">0 to 1.</param>
        public Reconnection(long since, long limitMs, Func<double> random)
        {
            until = since + limitMs;
            this.random = random;
        }

        public int Attempts { get; private set; }

        /// <summary>How long to wait before the next attempt; -1 when it is time to give up.</summary>
        /// <param name="leastMs">What the server asked for.</param>
        public long Next(long now, long leastMs)
        {
            double ceiling = Math.Min(LongestMs, FirstMs * Math.Pow(2, Math.Min(Attempts, 10)));
            Attempts++;
            // Full jitter: after a restart of the server, not everybody comes back at once.
            long delay = Math.Max((long)(random() * ceiling), leastMs);
            return now + delay > until ? -1 : delay;
        }
    }
}
