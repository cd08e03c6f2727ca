namespace BatVRTrainer
{
    /// <summary>Sound on the line: PCM16, 24 kHz, one channel, little endian.</summary>
    public static class SoundFormat
    {
        public const int Rate = 24000;
        public const int BytesPerMs = 48;
        /// <summary>Samples of a frame of 20 ms.</summary>
        public const int FrameSamples = 480;
        /// <summary>The first byte of a binary frame of audio.</summary>
        public const byte Mark = 1;
    }
}
