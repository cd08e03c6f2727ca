using System.Text;

namespace BatVRTrainer.Measures
{
    /// <summary>Everything that a call does in 20 ms, but the network: microphone, session, voice, reports.</summary>
    sealed class RunningCall : SessionListener
    {
        readonly NullTransport transport = new NullTransport();
        readonly Session session;
        readonly CallWorker worker;
        readonly float[] heard;
        readonly float[] spoken;
        readonly byte[] frame = new byte[1 + 2 * SoundFormat.FrameSamples];
        long now;

        /// <param name="rate">Of the microphone.</param>
        /// <param name="deviceRate">Of the loudspeaker.</param>
        public RunningCall(int rate, int deviceRate)
        {
            heard = new float[deviceRate / 100];
            session = new Session(
                new SessionOptions { WsUrl = "ws://a/ws?token=t", NewTransport = () => transport, Now = () => now }, this);
            worker = new CallWorker(session, () => now);
            worker.Microphone = new MicrophoneInput(rate, Send);
            worker.Voice = new VoiceOutput(deviceRate);
            spoken = new float[2 * rate / 50];
            for (int i = 0; i < spoken.Length; i++) spoken[i] = i % 37 / 100f;
            frame[0] = SoundFormat.Mark;
            for (int i = 1; i < frame.Length; i++) frame[i] = (byte)(i * 7);
            session.Connect();
            Says("{\"type\":\"ready\",\"seq\":0}");
            Says("{\"type\":\"audio_item\",\"itemId\":\"item_9\",\"offsetMs\":0}");
        }

        public long Messages { get { return transport.Messages; } }

        public int Underruns { get { return worker.Voice.Underruns; } }

        public override void OnAudio(string itemId, long offset, byte[] bytes, int start, int count)
        {
            worker.Voice.Take(itemId, offset, bytes, start, count);
        }

        public void Step()
        {
            worker.Microphone.Write(spoken, spoken.Length, 2);
            transport.Listener.OnBinary(frame, frame.Length);
            for (int half = 0; half < 2; half++)
            {
                now += 10;
                worker.Step();
                worker.Voice.Render(heard, 0, heard.Length);
            }
        }

        void Send(short[] samples) { session.SendAudio(samples, samples.Length); }

        void Says(string json)
        {
            var bytes = Encoding.UTF8.GetBytes(json);
            transport.Listener.OnText(bytes, bytes.Length);
        }
    }
}
