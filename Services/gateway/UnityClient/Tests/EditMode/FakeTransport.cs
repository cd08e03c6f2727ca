using System.Collections.Generic;
using System.Text;

namespace BatVRTrainer.Tests
{
    /// <summary>A connection whose other end is the test.</summary>
    sealed class FakeTransport : ITransport
    {
        public readonly List<string> Sent = new List<string>();
        public string Url, Token;
        public bool IsClosed, IsAborted, IsFull;
        public ITransportListener Listener;
        int binaryFrames;

        public int QueuedBytes { get; set; }

        public void Open(string url, string token, ITransportListener listener)
        {
            Url = url;
            Token = token;
            Listener = listener;
        }

        public bool SendText(byte[] utf8, int count)
        {
            if (IsFull) return false;
            Sent.Add(Encoding.UTF8.GetString(utf8, 0, count));
            return true;
        }

        public bool SendBinary(byte[] bytes, int count)
        {
            Sent.Add("audio " + count);
            binaryFrames++;
            return true;
        }

        public void Close() { IsClosed = true; }

        public void Abort() { IsAborted = true; }

        public void Says(string json)
        {
            var bytes = Encoding.UTF8.GetBytes(json.Replace('\'', '"'));
            Listener.OnText(bytes, bytes.Length);
        }

        public void Plays(params byte[] frame) { Listener.OnBinary(frame, frame.Length); }

        public void Ready(long seq = 0, string state = "active", double time = 0)
        {
            Says("{'type':'ready','seq':" + seq + ",'state':'" + state + "','sessionTime':"
                + new JsonWriter().Number(time) + ",'resumeWindowMs':60000,'heartbeatMs':15000}");
        }
    }
}
