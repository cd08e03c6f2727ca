using NUnit.Framework;

namespace BatVRTrainer.Tests
{
    [TestFixture]
    public class SendQueueTests
    {
        [Test]
        public void Text_never_overtakes_audio()
        {
            var queue = new SendQueue(64);
            var into = new byte[4];
            int added = 0, taken = 0;
            for (int round = 0; round < 2000; round++)
            {
                for (int i = 0; i < round % 5 + 1; i++, added++)
                {
                    var message = new byte[added % 97 + 1];
                    for (int at = 0; at < message.Length; at++) message[at] = (byte)(added + at);
                    Assert.IsTrue(queue.Add(added % 3 == 0, message, message.Length));
                }
                int length;
                bool isText;
                for (int i = 0; i < round % 7 && queue.Take(ref into, out length, out isText); i++, taken++)
                {
                    Assert.AreEqual(taken % 3 == 0, isText);
                    Assert.AreEqual(taken % 97 + 1, length);
                    for (int at = 0; at < length; at++) Assert.AreEqual((byte)(taken + at), into[at]);
                }
            }
            Assert.IsTrue(taken > 5000);
        }

        [Test]
        public void It_is_bounded()
        {
            var queue = new SendQueue();
            var large = new byte[1 << 20];
            int count = 0;
            while (queue.Add(false, large, large.Length)) count++;
            Assert.AreEqual(15, count);
            Assert.IsTrue(queue.Bytes <= SendQueue.MostBytes);
        }
    }
}
