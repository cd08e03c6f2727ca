namespace BatVRTrainer
{
    /// <summary>Notices a microphone from which nothing comes: switched off, or taken by the system.</summary>
    public sealed class SilenceWatch
    {
        /// <summary>Below -70 dB: every real room is louder.</summary>
        const float Threshold = 0.0003f;
        const int SilentFrames = 250;

        int quiet;

        public bool IsSilent { get; private set; }

        /// <summary>Gives whether `IsSilent` has changed. One call for each frame of 20 ms.</summary>
        public bool Take(float peak)
        {
            quiet = peak < Threshold ? quiet + 1 : 0;
            bool isSilent = quiet >= SilentFrames;
            if (isSilent == IsSilent) return false;
            IsSilent = isSilent;
            return true;
        }
    }
}
