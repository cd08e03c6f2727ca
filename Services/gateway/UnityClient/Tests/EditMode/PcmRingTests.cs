using System;
using System.Threading;
using NUnit.Framework;

namespace BatVRTrainer.Tests
{
    [TestFixture]
    public class PcmRingTests
    {
        const int Rate = 48000;
        PcmRing ring;
        float[] output;

        [SetUp]
        public void Begin()
        {
            ring = new PcmRing(Rate);
            output = new float[48000];
        }

        void Write(int count, float value = 0.5f)
        {
            var samples = new float[count];
            for (int i = 0; i < count; i++) samples[i] = value;
            Assert.AreEqual(count, ring.Write(samples, 0, count));
        }

        [Test]
        public void Nothing_sounds_before_30_ms_are_there()
        {
            Write(1439);
            Assert.AreEqual(0, ring.Read(output, 0, 256));
            Write(1);
            Assert.AreEqual(256, ring.Read(output, 0, 256));
            Assert.AreEqual(0.5f, output[100]);
            Assert.IsTrue(output[0] < 0.05f && output[1] > output[0], "it fades in");
        }

        [Test]
        public void A_short_sound_that_is_complete_is_played_too()
        {
            Write(100);
            ring.Complete();
            Assert.AreEqual(100, ring.Read(output, 0, 256));
            Assert.AreEqual(0, ring.Underruns);
        }

        [Test]
        public void An_underrun_fades_out_and_primes_again()
        {
            Write(1500);
            Assert.AreEqual(1500, ring.Read(output, 0, 2000));
            Assert.AreEqual(0.5f, output[1400]);
            Assert.IsTrue(output[1499] < 0.05f);
            Assert.AreEqual(0f, output[1500]);
            Assert.AreEqual(1, ring.Underruns);
            Write(1000);
            Assert.AreEqual(0, ring.Read(output, 0, 256));
        }

        [Test]
        public void A_delay_above_200_ms_is_skipped_with_a_cross_fade()
        {
            Write(9000, 0.2f);
            Write(3000, 0.8f);
            Assert.AreEqual(480, ring.Read(output, 0, 480));
            Assert.IsTrue(ring.Skipped > 10000);
            Assert.AreEqual(1440 - 480, ring.Fill);
            for (int i = 1; i < 480; i++) Assert.IsTrue(Math.Abs(output[i] - output[i - 1]) < 0.03f, "no click at " + i);
            Assert.AreEqual(0.8f, output[300], 0.001f);
        }

        [Test]
        public void A_full_ring_refuses_and_counts()
        {
            var samples = new float[100000];
            int taken = ring.Write(samples, 0, samples.Length);
            Assert.IsTrue(taken >= 2 * 9600 && taken < samples.Length);
            Assert.AreEqual(samples.Length - taken, ring.Skipped);
        }

        [Test]
        public void Clearing_fades_out_within_32_frames()
        {
            Write(5000);
            ring.Read(output, 0, 1000);
            ring.Clear();
            Assert.AreEqual(0, ring.Fill);
            Assert.AreEqual(32, ring.Read(output, 0, 1000));
            for (int i = 1; i < 32; i++) Assert.IsTrue(output[i] < output[i - 1]);
            for (int i = 32; i < 1000; i++) Assert.AreEqual(0f, output[i]);
            Assert.AreEqual(5000, ring.Position);
            Write(1440, 0.25f);
            ring.Read(output, 0, 100);
            Assert.AreEqual(0.25f, output[99], 0.001f, "what follows is played");
        }

        [Test]
        public void Two_threads_lose_nothing()
        {
            const int Total = 2000000;
            ring = new PcmRing(Rate, 0);
            var writer = new Thread(() =>
            {
                var piece = new float[137];
                int next = 1;
                while (next <= Total)
                {
                    if (ring.Room < piece.Length)
                    {
                        Thread.Yield();
                        continue;
                    }
                    int count = Math.Min(piece.Length, Total + 1 - next);
                    for (int i = 0; i < count; i++) piece[i] = next++ & 0xFFFF;
                    ring.Write(piece, 0, count);
                }
            });
            writer.Start();
            int expected = 1, wrong = 0;
            var piece2 = new float[211];
            while (expected <= Total)
            {
                int count = Math.Min(ring.Fill, piece2.Length);
                if (count == 0)
                {
                    Thread.Yield();
                    continue;
                }
                ring.Read(piece2, 0, count);
                // The first 32 fade in.
                for (int i = 0; i < count; i++, expected++) if (expected > 32 && piece2[i] != (expected & 0xFFFF)) wrong++;
            }
            writer.Join();
            Assert.AreEqual(0, wrong);
        }
    }
}
