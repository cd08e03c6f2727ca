using System;
using NUnit.Framework;

namespace BatVRTrainer.Tests
{
    [TestFixture]
    public class VoiceTests
    {
        /// <summary>A ramp of samples, so that each says where it belongs.</summary>
        static byte[] Ramp(int firstSample, int samples)
        {
            var bytes = new byte[samples * 2];
            for (int i = 0; i < samples; i++)
            {
                short value = (short)((firstSample + i) % 30000);
                bytes[2 * i] = (byte)value;
                bytes[2 * i + 1] = (byte)(value >> 8);
            }
            return bytes;
        }

        static int[] Taken(VoiceQueue queue, int most)
        {
            var into = new float[most];
            string item;
            long offset;
            int count = queue.Take(into, most, out item, out offset);
            var samples = new int[count];
            for (int i = 0; i < count; i++) samples[i] = (int)Math.Round(into[i] * 32768);
            return samples;
        }

        static int[] Numbers(int first, int count)
        {
            var numbers = new int[count];
            for (int i = 0; i < count; i++) numbers[i] = first + i;
            return numbers;
        }

        [Test]
        public void Samples_come_out_in_order_however_they_were_cut()
        {
            var queue = new VoiceQueue();
            var bytes = Ramp(0, 9000);
            int[] cuts = { 1, 2, 3, 4799, 4801, 4800, 999, 1 };
            int at = 0;
            foreach (int cut in cuts)
            {
                queue.Add("a", at, bytes, at, cut);
                at += cut;
            }
            queue.Add("a", at, bytes, at, bytes.Length - at);
            int next = 0;
            int[] taken;
            while ((taken = Taken(queue, 777)).Length > 0)
            {
                Assert.AreEqual(Numbers(next, taken.Length), taken);
                next += taken.Length;
            }
            Assert.AreEqual(9000, next);
            Assert.AreEqual(0, queue.Milliseconds);
        }

        [Test]
        public void What_is_sent_again_after_a_lost_connection_is_played_once()
        {
            var queue = new VoiceQueue();
            queue.Add("a", 0, Ramp(0, 4800), 0, 9600);
            Assert.AreEqual(1200, Taken(queue, 1200).Length);
            // The server begins at a whole millisecond before the end of what is here.
            queue.Add("a", 100 * 48, Ramp(2400, 4800), 0, 9600);
            int count = 1200;
            int[] taken;
            while ((taken = Taken(queue, 1000)).Length > 0)
            {
                Assert.AreEqual(Numbers(count, taken.Length), taken);
                count += taken.Length;
            }
            Assert.AreEqual(7200, count);
            queue.Add("a", 0, Ramp(0, 2400), 0, 4800);
            Assert.AreEqual(0, Taken(queue, 100).Length, "all of it was here");
        }

        [Test]
        public void Half_a_sample_is_dropped_with_its_item()
        {
            var queue = new VoiceQueue();
            queue.Add("a", 0, Ramp(0, 10), 0, 19);
            queue.Add("b", 0, Ramp(100, 10), 0, 20);
            Assert.AreEqual(Numbers(0, 9), Taken(queue, 100));
            Assert.AreEqual(Numbers(100, 10), Taken(queue, 100));
        }

        [Test]
        public void Ten_minutes_are_kept_and_not_more()
        {
            var queue = new VoiceQueue();
            var second = Ramp(0, 24000);
            for (int i = 0; i < 600; i++) Assert.IsTrue(queue.Add("a", i * 48000, second, 0, 48000));
            Assert.IsFalse(queue.Add("a", 600 * 48000, second, 0, 48000));
            queue.Clear();
            Assert.AreEqual(0, queue.Milliseconds);
            Assert.IsTrue(queue.Add("a", 0, second, 0, 48000));
        }

        [TestCase(24000)]
        [TestCase(44100)]
        [TestCase(48000)]
        public void All_of_an_item_is_rendered_and_reported(int rate)
        {
            var voice = new VoiceOutput(rate);
            voice.Take("a", 0, Ramp(0, 24000), 0, 48000);
            var output = new float[rate / 100];
            int sounding = 0;
            for (int step = 0; step < 150; step++)
            {
                voice.Pump(step * 10);
                sounding += voice.Render(output, 0, output.Length);
                if (step == 50) Assert.AreEqual(510, voice.Played.OffsetMs, 1);
            }
            Assert.AreEqual(rate, sounding, 4);
            Assert.AreEqual("a", voice.Played.ItemId);
            Assert.AreEqual(1000, voice.Played.OffsetMs, 1);
            Assert.AreEqual(0, voice.Underruns);
            Assert.IsFalse(voice.IsPlaying);
        }

        [Test]
        public void An_answer_begins_when_100_ms_are_there_or_have_passed()
        {
            var voice = new VoiceOutput(48000);
            var output = new float[480];
            voice.Take("a", 0, Ramp(0, 1200), 0, 2400);
            voice.Pump(0);
            Assert.AreEqual(0, voice.Render(output, 0, 480));
            voice.Pump(99);
            Assert.AreEqual(0, voice.Render(output, 0, 480));
            voice.Pump(100);
            Assert.AreEqual(480, voice.Render(output, 0, 480));
        }

        [Test]
        public void An_interruption_ends_at_what_was_heard()
        {
            var voice = new VoiceOutput(48000);
            voice.Take("a", 0, Ramp(0, 24000), 0, 48000);
            var output = new float[480];
            for (int step = 0; step < 30; step++)
            {
                voice.Pump(step * 10);
                voice.Render(output, 0, 480);
            }
            Assert.AreEqual(300, voice.Clear().OffsetMs, 1);
            voice.Pump(300);
            Assert.AreEqual(32, voice.Render(output, 0, 480));
            Assert.AreEqual(0, voice.Render(output, 0, 480));
            Assert.AreEqual(300, voice.Played.OffsetMs, 1);
            voice.Take("b", 0, Ramp(0, 4800), 0, 9600);
            for (int step = 0; step < 10; step++)
            {
                voice.Pump(310 + step * 10);
                voice.Render(output, 0, 480);
            }
            Assert.AreEqual("b", voice.Played.ItemId);
            Assert.AreEqual(100, voice.Played.OffsetMs, 1);
        }

        [Test]
        public void A_device_of_another_rate_plays_on()
        {
            var voice = new VoiceOutput(48000);
            voice.Take("a", 0, Ramp(0, 24000), 0, 48000);
            var output = new float[480];
            for (int step = 0; step < 20; step++)
            {
                voice.Pump(step * 10);
                voice.Render(output, 0, 480);
            }
            var other = new VoiceOutput(44100, voice);
            Assert.AreEqual(200, other.Played.OffsetMs, 1);
            for (int step = 20; step < 120; step++)
            {
                other.Pump(step * 10);
                other.Render(output, 0, 441);
            }
            Assert.AreEqual(1000, other.Played.OffsetMs, 1);
        }

        [Test]
        public void The_clock_goes_from_item_to_item()
        {
            var clock = new PlayedClock(48000);
            Assert.IsFalse(clock.At(0).IsKnown);
            clock.Add("a", 2400, 0, 4800);
            clock.Add("b", 0, 4800, 9600);
            Assert.AreEqual(150, clock.At(2400).OffsetMs);
            Assert.AreEqual(200, clock.At(4800).OffsetMs);
            Assert.AreEqual("a", clock.At(4800).ItemId);
            Assert.AreEqual("b", clock.At(4848).ItemId);
            Assert.AreEqual(1, clock.At(4848).OffsetMs);
            Assert.AreEqual(100, clock.At(99999).OffsetMs);
        }
    }
}
