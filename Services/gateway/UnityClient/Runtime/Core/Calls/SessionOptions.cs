using System;
using System.Diagnostics;

namespace BatVRTrainer
{
    /// <summary>What a session needs: its address, and the world around it, which tests replace.</summary>
    public sealed class SessionOptions
    {
        /// <summary>As `POST /api/sessions` gave it.</summary>
        public string WsUrl;
        /// <summary>Empty when the address holds it.</summary>
        public string WsToken = "";
        public string SessionId = "";

        public Func<ITransport> NewTransport = () => new WebSocketTransport();
        /// <summary>Milliseconds of a clock that never goes back.</summary>
        public Func<long> Now = Milliseconds;
        /// <summary>0 to 1.</summary>
        public Func<double> Random = NewRandom();
        /// <summary>Events that wait; in memory only when null.</summary>
        public EventBuffer Events;
        /// <summary>What of the customer's audio has been heard; what was reported last when null.</summary>
        public Func<Place> Position;

        public static long Milliseconds() { return Stopwatch.GetTimestamp() * 1000 / Stopwatch.Frequency; }

        static Func<double> NewRandom()
        {
            // Seeded by an id, because headsets that start together would draw alike from the time.
            var random = new Random(Guid.NewGuid().GetHashCode());
            return () => { lock (random) return random.NextDouble(); };
        }
    }
}
