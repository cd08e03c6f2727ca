using System.Collections.Generic;

namespace BatVRTrainer
{
    /// <summary>Why a connection is over for good.</summary>
    public enum EndReason
    {
        None,
        /// <summary>The conversation has ended; the score came, or REST has it.</summary>
        SessionEnded,
        /// <summary>A newer connection, perhaps another headset, has the session.</summary>
        Replaced,
        /// <summary>The token, the rights or the session are not valid.</summary>
        Refused,
        /// <summary>This client broke the protocol.</summary>
        Protocol,
        /// <summary>The connection could not be had back in time.</summary>
        ResumeWindow,
        /// <summary>The server could not be reached at all.</summary>
        Unreachable,
        /// <summary>This side left.</summary>
        Left,
    }

    /// <summary>What a close code means for a client.</summary>
    public static class CloseDecision
    {
        /// <summary>This side let go of a connection that was dead or had lost a message.</summary>
        public const int Abandoned = 4000;

        static readonly Dictionary<string, int> CodesOfErrors = new Dictionary<string, int>
        {
            { "replaced", 4409 }, { "session_ended", 4410 }, { "too_slow", 4408 }, { "too_fast", 4429 },
            { "invalid_token", 4401 }, { "origin_not_allowed", 4403 }, { "session_not_found", 4404 },
            { "upstream_unreachable", 4503 }, { "protocol_violation", 1002 }, { "protocol_version", 1002 },
        };

        /// <summary>The code that the server meant. Many libraries, Mono's among them, read codes above 4000 as
        /// undefined
        /// or throw; the `error` before the close says the same in words.</summary>
        public static int Meant(int code, string fatalError)
        {
            bool isVague = code < 1000 || code == 1005 || code == 1006 || code == 1008;
            int meant;
            return isVague && fatalError != null && CodesOfErrors.TryGetValue(fatalError, out meant) ? meant : code;
        }

        /// <summary>`None` when it is worth another attempt.</summary>
        public static EndReason Of(int code)
        {
            switch (code)
            {
                case 1000:
                case 4410:
                    return EndReason.SessionEnded;
                case 4401:
                case 4403:
                case 4404:
                    return EndReason.Refused;
                case 4409:
                    return EndReason.Replaced;
                case 1001:
                case 1005:
                case 1006:
                case 1011:
                case 1012:
                case 1013:
                case 1014:
                case Abandoned:
                case 4408:
                case 4429:
                case 4503:
                    return EndReason.None;
                default:
                    // Below 1000 the library could not say.
                    return code < 1000 ? EndReason.None : EndReason.Protocol;
            }
        }
    }
}
