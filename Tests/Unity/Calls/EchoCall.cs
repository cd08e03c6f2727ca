using System;
using System.Collections.Generic;
using System.IO;

namespace BatVRTrainer.Calls
{
    /// <summary>Sound of a microphone at some rate, sent faster than it is spoken, to a customer who says the same
    /// again.</summary>
    sealed class EchoCall
    {
        const int TurnSeconds = 20;
        const double PauseSeconds = 1.2;

        readonly Call call;
        readonly int rate;
        readonly MicrophoneInput microphone;
        readonly Random random;
        readonly MemoryStream sent = new MemoryStream();
        readonly float[] piece;
        bool isDropped;

        public EchoCall(Call call, int rate)
        {
            this.call = call;
            this.rate = rate;
            random = new Random(rate);
            piece = new float[rate / 100];
            microphone = new MicrophoneInput(rate, Send);
        }

        /// <summary>Seconds of sound that came back byte for byte.</summary>
        public int SecondsEqual { get; private set; }

        public double TookSeconds { get; private set; }

        /// <summary>Everything that was sent, for a comparison with what OpenAI got.</summary>
        public byte[] Sent { get { return sent.ToArray(); } }

        public void Hold(int seconds)
        {
            long begun = SessionOptions.Milliseconds();
            call.WaitUntilReady();
            for (int turn = 0; turn < seconds; turn += TurnSeconds) HoldTurn(Math.Min(TurnSeconds, seconds - turn));
            TookSeconds = (SessionOptions.Milliseconds() - begun) / 1000.0;
        }

        void HoldTurn(int seconds)
        {
            call.Heard.ForgetItems();
            Speak(0.1, false);
            long from = sent.Length;
            Speak(seconds, true);
            var spoken = new byte[sent.Length - from];
            Array.Copy(sent.GetBuffer(), from, spoken, 0, spoken.Length);
            Speak(PauseSeconds, false);
            if (isDropped) throw new InvalidOperationException(rate + " Hz: audio was dropped");
            call.WaitFor("answered with the same sound", () =>
            {
                if (call.Heard.HasHeard(spoken)) return true;
                // A microphone never stops; where it does, the server puts silence in its place after 1.5 s.
                Speak(0.02, false);
                System.Threading.Thread.Sleep(18);
                return false;
            });
            SecondsEqual += seconds;
        }

        void Speak(double seconds, bool isLoud)
        {
            for (int i = 0; i < seconds * 100; i++)
            {
                for (int at = 0; at < piece.Length; at++) piece[at] = isLoud ? (float)(random.NextDouble() - 0.5) : 0;
                microphone.Write(piece, piece.Length, 1);
                microphone.Pump();
            }
        }

        void Send(short[] frame)
        {
            // Faster than real time, so the line may be full for a moment.
            while (!call.Session.SendAudio(frame, frame.Length))
            {
                if (call.Session.State != SessionState.Ready) { isDropped = true; return; }
                System.Threading.Thread.Sleep(1);
            }
            foreach (short sample in frame)
            {
                sent.WriteByte((byte)sample);
                sent.WriteByte((byte)(sample >> 8));
            }
        }
    }
}
