using System;
using System.Collections.Generic;

namespace BatVRTrainer
{
    /// <summary>Where a session's WebSocket is: `wsUrl` without its token, with the options that this client
    /// needs.</summary>
    public struct SessionAddress
    {
        public string Url;
        /// <summary>Empty when the address had none.</summary>
        public string Token;

        /// <summary>False when this is no address of a WebSocket.</summary>
        public static bool TryRead(string wsUrl, out SessionAddress address)
        {
            address = new SessionAddress { Url = "", Token = "" };
            Uri uri;
            if (!Uri.TryCreate(wsUrl, UriKind.Absolute, out uri)) return false;
            if (uri.Scheme != "ws" && uri.Scheme != "wss") return false;
            var kept = new List<string>();
            foreach (var pair in uri.Query.TrimStart('?').Split('&'))
            {
                if (pair.StartsWith("token=", StringComparison.Ordinal))
                {
                    address.Token = Uri.UnescapeDataString(pair.Substring("token=".Length));
                }
                else if (pair.Length > 0)
                {
                    kept.Add(pair);
                }
            }
            // The reason of a refusal comes as a message: this library does not show the answer to a handshake.
            foreach (var option in new[] { "audio=binary", "reject=close", "moved=1" })
            {
                if (!kept.Contains(option)) kept.Add(option);
            }
            address.Url = uri.GetLeftPart(UriPartial.Path) + "?" + string.Join("&", kept.ToArray());
            return true;
        }
    }
}
