using System;

namespace BatVRTrainer
{
    /// <summary>A REST request that failed. `Code` is the server's, or `unreachable` with `Status` 0.</summary>
    public sealed class RestException : Exception
    {
        public RestException(int status, string code, string message, double? retryAfterSeconds = null) : base(message)
        {
            Status = status;
            Code = code;
            RetryAfterSeconds = retryAfterSeconds;
        }

        public int Status { get; }
        public string Code { get; }
        public double? RetryAfterSeconds { get; }

        /// <summary>The server could not be reached, has no room at the moment, or says when to come back.</summary>
        public bool IsWorthRepeating
        {
            get
            {
                if (RetryAfterSeconds > 10) return false;
                return Status == 0 || Status == 503 || Status == 429 && RetryAfterSeconds.HasValue;
            }
        }
    }
}
