using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Net;
using System.Threading;
using System.Threading.Tasks;

namespace BatVRTrainer
{
    /// <summary>The server's REST API, as far as a call needs it. Everything runs on the thread pool.</summary>
    public sealed class RestClient
    {
        const int PatienceMs = 15000;
        const int Attempts = 3;
        const int LongestAnswer = 16 << 20;

        readonly string server;
        readonly string credential;

        /// <param name="server">Its origin, `https://trainer.example`.</param>
        /// <param name="credential">A ticket. An API key does not belong into an app that others can unpack. Empty:
        /// none.</param>
        public RestClient(string server, string credential)
        {
            this.server = (server ?? "").TrimEnd('/');
            this.credential = credential ?? "";
        }

        /// <summary>Creates a session. All attempts have one key, so that a lost answer creates no second
        /// session.</summary>
        public Task<CreatedSession> CreateSession(NewSession wanted)
        {
            return Task.Run(() =>
            {
                var body = new JsonWriter();
                wanted.Write(body);
                var key = Guid.NewGuid().ToString("N");
                for (int attempt = 1; ; attempt++)
                {
                    try
                    {
                        return CreatedSession.Read(Ask("POST", "/api/sessions", body, key));
                    }
                    catch (RestException problem) when (attempt < Attempts && problem.IsWorthRepeating)
                    {
                        Thread.Sleep((int)(1000 * (problem.RetryAfterSeconds ?? attempt)));
                    }
                }
            });
        }

        /// <summary>The session's document, the truth after a gap that was too long.</summary>
        public Task<JsonValue> Session(string sessionId)
        {
            return Task.Run(() => Ask("GET", "/api/sessions/" + Uri.EscapeDataString(sessionId)));
        }

        public Task<JsonValue> Scenarios() { return Task.Run(() => Ask("GET", "/api/scenarios")); }

        /// <summary>That an AI speaks: show it before the call.</summary>
        public Task<JsonValue> Notice(string language)
        {
            return Task.Run(() => Ask("GET", "/api/notice?language=" + Uri.EscapeDataString(language)));
        }

        /// <summary>Uploads what a buffer holds and settles what the server has, or never takes.</summary>
        public Task<UploadResult> Upload(EventBuffer buffer)
        {
            return Task.Run(() =>
            {
                var result = new UploadResult();
                var body = new JsonWriter(4096);
                while (true)
                {
                    var events = buffer.Oldest(MostEventsPerRequest);
                    if (events.Count == 0) return result;
                    body.Clear().Begin().Key("events").BeginList();
                    int written = 0;
                    foreach (var waiting in events)
                    {
                        if (body.Count > MostBytesPerRequest) break;
                        waiting.Write(body);
                        written++;
                    }
                    body.EndList().End();
                    var path = "/api/sessions/" + Uri.EscapeDataString(buffer.SessionId) + "/events";
                    if (!result.Take(Ask("POST", path, body)["results"], buffer)) return result;
                }
            });
        }

        const int MostEventsPerRequest = 1000;
        const int MostBytesPerRequest = 512 * 1024;

        JsonValue Ask(string method, string path, JsonWriter body = null, string idempotencyKey = null)
        {
            try
            {
                var request = (HttpWebRequest)WebRequest.Create(server + path);
                request.Method = method;
                request.Accept = "application/json";
                request.Timeout = PatienceMs;
                request.ReadWriteTimeout = PatienceMs;
                if (credential.Length > 0) request.Headers["Authorization"] = "Bearer " + credential;
                if (idempotencyKey != null) request.Headers["Idempotency-Key"] = idempotencyKey;
                if (body != null)
                {
                    request.ContentType = "application/json";
                    request.ContentLength = body.Count;
                    using (var stream = request.GetRequestStream()) stream.Write(body.Bytes, 0, body.Count);
                }
                using (var answer = request.GetResponse()) return Read(answer);
            }
            catch (WebException problem) when (problem.Response is HttpWebResponse)
            {
                using (var answer = (HttpWebResponse)problem.Response) throw Refusal(answer);
            }
            catch (Exception problem) when (
                problem is WebException || problem is IOException || problem is UriFormatException
                || problem is NotSupportedException || problem is ObjectDisposedException)
            {
                throw new RestException(0, "unreachable", "The server cannot be reached: " + problem.Message);
            }
        }

        static JsonValue Read(WebResponse answer)
        {
            using (var stream = answer.GetResponseStream())
            using (var whole = new MemoryStream())
            {
                var part = new byte[16384];
                int count;
                while ((count = stream.Read(part, 0, part.Length)) > 0)
                {
                    if (whole.Length + count > LongestAnswer) throw new IOException("The answer is too long.");
                    whole.Write(part, 0, count);
                }
                JsonValue json;
                JsonReader.TryRead(whole.GetBuffer(), 0, (int)whole.Length, out json);
                return json;
            }
        }

        static RestException Refusal(HttpWebResponse answer)
        {
            double seconds;
            double? retryAfter = null;
            if (double.TryParse(
                answer.Headers["Retry-After"], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out seconds))
            {
                retryAfter = seconds;
            }
            var problem = Read(answer);
            int status = (int)answer.StatusCode;
            var otherwise = "The server answered " + status.ToString(CultureInfo.InvariantCulture) + ".";
            return new RestException(
                status, problem.TextOf("code", "unknown"), problem.TextOf("detail", otherwise), retryAfter);
        }
    }
}
