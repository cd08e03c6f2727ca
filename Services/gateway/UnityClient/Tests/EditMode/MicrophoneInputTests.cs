using System;
using System.Collections.Generic;
using NUnit.Framework;

namespace BatVRTrainer.Tests
{
    [TestFixture]
    public class MicrophoneInputTests
    {
        readonly List<short[]> frames = new List<short[]>();
        readonly List<bool> silences = new List<bool>();

        MicrophoneInput Input(int rate)
        {
            frames.Clear();
            silences.Clear();
            return new MicrophoneInput(rate, frame => frames.Add((short[])frame.Clone()), silences.Add);
        }

        [TestCase(16000, 1)]
        [TestCase(44100, 2)]
        [TestCase(48000, 1)]
        public void Any_rate_becomes_frames_of_20_ms(int rate, int channels)
        {
            var input = Input(rate);
            var piece = new float[rate / 100 * channels];
            for (int i = 0; i < piece.Length; i++) piece[i] = channels == 1 || i % 2 == 0 ? 0.5f : -0.1f;
            for (int i = 0; i < 100; i++)
            {
                input.Write(piece, piece.Length, channels);
                input.Pump();
            }
            Assert.AreEqual(49, frames.Count, 1);
            Assert.AreEqual(480, frames[0].Length);
            Assert.AreEqual((channels == 1 ? 0.5 : 0.2) * 32767, frames[20][100], 8);
            Assert.AreEqual(0, input.Skipped);
        }

        [Test]
        public void Too_loud_is_cut_and_what_is_no_number_is_silence()
        {
            var input = Input(24000);
            var piece = new float[1440];
            for (int i = 0; i < 480; i++)
            {
                piece[480 + i] = 5;
                piece[960 + i] = i % 2 == 0 ? -5 : float.NaN;
            }
            input.Write(piece, piece.Length, 1);
            input.Pump();
            Assert.AreEqual(32767, frames[1][240]);
            Assert.AreEqual(-32767, frames[2][240]);
            Assert.AreEqual(0, frames[2][241]);
        }

        [Test]
        public void A_silent_microphone_is_noticed_after_five_seconds()
        {
            var input = Input(24000);
            var piece = new float[480];
            for (int i = 0; i < 249; i++)
            {
                input.Write(piece, 480, 1);
                input.Pump();
            }
            Assert.AreEqual(0, silences.Count);
            input.Write(piece, 480, 1);
            input.Pump();
            Assert.AreEqual(new[] { true }, silences.ToArray());
            piece[7] = 0.01f;
            input.Write(piece, 480, 1);
            input.Pump();
            Assert.AreEqual(new[] { true, false }, silences.ToArray());
        }

        [Test]
        public void A_worker_that_comes_late_leaves_the_oldest_out()
        {
            var input = Input(24000);
            var piece = new float[480];
            for (int i = 0; i < 18; i++) input.Write(piece, 480, 1);
            input.Pump();
            Assert.IsTrue(input.Skipped > 0);
            Assert.IsTrue(frames.Count < 12);
        }
    }
}
