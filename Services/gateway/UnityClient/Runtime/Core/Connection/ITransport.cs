namespace BatVRTrainer
{
    /// <summary>One connection. It is opened once; nothing here blocks or throws.</summary>
    public interface ITransport
    {
        /// <summary>Begins to connect. What happens is told to the listener, on any thread.</summary>
        /// <param name="token">Sent as a header or subprotocol, so that it stands in no address.</param>
        void Open(string url, string token, ITransportListener listener);

        /// <summary>Queues a text message; the bytes are copied. False when the queue is full.</summary>
        bool SendText(byte[] utf8, int count);

        /// <summary>Queues a binary message behind everything that was queued before; the bytes are copied.</summary>
        bool SendBinary(byte[] bytes, int count);

        /// <summary>Bytes that wait to be sent.</summary>
        int QueuedBytes { get; }

        /// <summary>Sends what is queued, then closes. Nothing more is told to the listener.</summary>
        void Close();

        /// <summary>Lets go at once, of a connection that is dead for example.</summary>
        void Abort();
    }

    /// <summary>Who uses a connection. The bytes may be read until the call returns.</summary>
    public interface ITransportListener
    {
        void OnText(byte[] bytes, int count);
        void OnBinary(byte[] bytes, int count);

        /// <summary>The end, once. `code` is 1006 when the connection broke, or what the library made of the
        /// code.</summary>
        void OnClosed(int code);
    }
}
