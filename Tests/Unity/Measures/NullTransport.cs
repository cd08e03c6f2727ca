namespace BatVRTrainer.Measures
{
    /// <summary>A connection that takes everything, through the queue of the real one.</summary>
    sealed class NullTransport : ITransport
    {
        readonly SendQueue queue = new SendQueue();
        byte[] message = new byte[4096];

        public ITransportListener Listener;
        public long Messages;

        public int QueuedBytes { get { return queue.Bytes; } }

        public void Open(string url, string token, ITransportListener listener) { Listener = listener; }

        public bool SendText(byte[] utf8, int count) { return Send(true, utf8, count); }

        public bool SendBinary(byte[] bytes, int count) { return Send(false, bytes, count); }

        public void Close() { }

        public void Abort() { }

        bool Send(bool isText, byte[] bytes, int count)
        {
            queue.Add(isText, bytes, count);
            int length;
            while (queue.Take(ref message, out length, out isText)) Messages++;
            return true;
        }
    }
}
