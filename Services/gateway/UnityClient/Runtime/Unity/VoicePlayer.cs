using System;
using UnityEngine;

namespace BatVRTrainer
{
    /// <summary>The customer's voice, on the audio source of the customer's head.</summary>
    /// <remarks>The source plays a clip of ones, and the voice is multiplied onto it: so it comes from where the source
    /// is, with
    /// Unity's own distance and panning.</remarks>
    [AddComponentMenu("BAT VR Trainer/Voice Player")]
    [RequireComponent(typeof(AudioSource))]
    public sealed class VoicePlayer : MonoBehaviour
    {
        AudioSource source;
        volatile VoiceOutput output;
        float[] mono = new float[2048];

        /// <summary>What the connection fills and the worker pumps.</summary>
        public VoiceOutput Output { get { return output; } }

        /// <summary>Peak of the latest piece, 0 to 1: for the lips.</summary>
        public float Level { get; private set; }

        /// <summary>The device has changed: `Output` is another one, which plays on. On the main thread.</summary>
        public event Action Rebuilt = delegate { };

        /// <summary>On the main thread, before a call.</summary>
        public void Begin()
        {
            output = new VoiceOutput(AudioSettings.outputSampleRate);
            PlayOnes();
        }

        public void End()
        {
            output = null;
            if (source != null) source.Stop();
        }

        void Awake() { source = GetComponent<AudioSource>(); }

        void OnEnable() { AudioSettings.OnAudioConfigurationChanged += Rebuild; }

        void OnDisable() { AudioSettings.OnAudioConfigurationChanged -= Rebuild; }

        void Rebuild(bool deviceWasChanged)
        {
            if (output == null) return;
            output = new VoiceOutput(AudioSettings.outputSampleRate, output);
            // A new configuration stops all sources.
            PlayOnes();
            Rebuilt();
        }

        void PlayOnes()
        {
            int rate = AudioSettings.outputSampleRate;
            var ones = new float[rate];
            for (int i = 0; i < ones.Length; i++) ones[i] = 1;
            var clip = AudioClip.Create("voice", ones.Length, 1, rate, false);
            clip.SetData(ones, 0);
            if (source.clip != null) Destroy(source.clip);
            source.clip = clip;
            source.loop = true;
            source.Play();
        }

        /// <summary>On the audio thread.</summary>
        void OnAudioFilterRead(float[] data, int channels)
        {
            int frames = data.Length / channels;
            if (mono.Length < frames) mono = new float[frames];
            var from = output;
            if (from == null) Array.Clear(mono, 0, frames);
            else from.Render(mono, 0, frames);
            float peak = 0;
            for (int i = 0, at = 0; i < frames; i++)
            {
                float sample = mono[i];
                peak = Math.Max(peak, Math.Abs(sample));
                for (int channel = 0; channel < channels; channel++) data[at++] *= sample;
            }
            Level = peak;
        }
    }
}
