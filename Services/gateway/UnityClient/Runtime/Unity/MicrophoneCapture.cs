using System;
using System.Collections;
using UnityEngine;

namespace BatVRTrainer
{
    /// <summary>What a microphone does.</summary>
    public enum MicrophoneState
    {
        Closed,
        Opening,
        Open,
        /// <summary>The user or the system does not allow it.</summary>
        Denied,
        /// <summary>There is none: the trainee types.</summary>
        NotFound,
        /// <summary>The device has gone; another one is tried.</summary>
        Lost,
    }

    /// <summary>The trainee's voice: from Unity's microphone through the audio thread, never through the main
    /// thread.</summary>
    /// <remarks>An audio source plays the microphone's clip, so that samples come in `OnAudioFilterRead` at the rate of
    /// the
    /// mixer, whatever the microphone's own is. What it plays is silenced.</remarks>
    [AddComponentMenu("BAT VR Trainer/Microphone Capture")]
    [RequireComponent(typeof(AudioSource))]
    public sealed class MicrophoneCapture : MonoBehaviour
    {
        const int WantedRate = 48000;
        const int ClipSeconds = 1;
        /// <summary>Playback stays so far behind the recording: below, the clip's end comes into hearing.</summary>
        const float LeastDistance = 0.03f;
        const float WantedDistance = 0.06f;
        const float MostDistance = 0.2f;
        const float OpeningSeconds = 3;
        const float RetrySeconds = 1;

        AudioSource source;
        AudioClip clip;
        string device;
        bool isWanted;
        volatile MicrophoneInput input;

        public MicrophoneState State { get; private set; }

        /// <summary>The device's name; null for the system's own choice.</summary>
        public string Device { get { return device; } }

        /// <summary>Peak of the last 20 ms, 0 to 1.</summary>
        public float Level { get { return input == null ? 0 : input.Level; } }

        /// <summary>The state has changed. On the main thread.</summary>
        public event Action<MicrophoneState> Changed = delegate { };

        /// <summary>Makes the input for the mixer's rate; given by the call.</summary>
        public Func<int, MicrophoneInput> MakeInput { get; set; }

        /// <summary>What the worker pumps.</summary>
        public MicrophoneInput Input { get { return input; } }

        /// <summary>Asks for permission and opens the microphone.</summary>
        public void Open(string wantedDevice)
        {
            device = string.IsNullOrEmpty(wantedDevice) ? null : wantedDevice;
            isWanted = true;
            StopAllCoroutines();
            StartCoroutine(KeepOpen());
        }

        public void Close()
        {
            isWanted = false;
            StopAllCoroutines();
            Release();
            Enter(MicrophoneState.Closed);
        }

        void Awake()
        {
            source = GetComponent<AudioSource>();
            source.playOnAwake = false;
            source.loop = true;
            source.spatialBlend = 0;
            source.bypassEffects = true;
            source.bypassListenerEffects = true;
            source.bypassReverbZones = true;
        }

        void OnEnable() { AudioSettings.OnAudioConfigurationChanged += Rebuild; }

        void OnDisable()
        {
            AudioSettings.OnAudioConfigurationChanged -= Rebuild;
            Release();
        }

        void Rebuild(bool deviceWasChanged)
        {
            if (!isWanted) return;
            Release();
            Open(device);
        }

        IEnumerator KeepOpen()
        {
            Enter(MicrophoneState.Opening);
            var permission = MicrophonePermission.Ask();
            while (permission.MoveNext()) yield return permission.Current;
            if (!MicrophonePermission.IsGiven)
            {
                Enter(MicrophoneState.Denied);
                yield break;
            }
            while (isWanted)
            {
                var opening = OpenDevice();
                while (opening.MoveNext()) yield return opening.Current;
                while (State == MicrophoneState.Open && Microphone.IsRecording(device))
                {
                    KeepDistance();
                    yield return null;
                }
                if (State == MicrophoneState.Open) Enter(MicrophoneState.Lost);
                Release();
                // The chosen one may be gone for good.
                if (State == MicrophoneState.Lost) device = null;
                yield return new WaitForSecondsRealtime(RetrySeconds);
            }
        }

        IEnumerator OpenDevice()
        {
            if (Microphone.devices.Length == 0)
            {
                Enter(MicrophoneState.NotFound);
                yield break;
            }
            int least, most;
            Microphone.GetDeviceCaps(device, out least, out most);
            // 0 and 0: any rate.
            int rate = most == 0 ? WantedRate : Mathf.Clamp(WantedRate, least, most);
            clip = Microphone.Start(device, true, ClipSeconds, rate);
            float until = Time.realtimeSinceStartup + OpeningSeconds;
            while (clip != null && Microphone.GetPosition(device) < WantedDistance * clip.frequency)
            {
                if (Time.realtimeSinceStartup > until)
                {
                    Enter(MicrophoneState.Lost);
                    yield break;
                }
                yield return null;
            }
            if (clip == null)
            {
                Enter(MicrophoneState.Lost);
                yield break;
            }
            input = MakeInput == null ? null : MakeInput(AudioSettings.outputSampleRate);
            source.clip = clip;
            source.Play();
            Follow();
            Enter(MicrophoneState.Open);
        }

        /// <summary>The two devices' clocks differ, so playback comes too near to the recording, or falls behind, in
        /// time.</summary>
        void KeepDistance()
        {
            float distance = Distance();
            if (distance < LeastDistance || distance > MostDistance) Follow();
        }

        float Distance()
        {
            int samples = Microphone.GetPosition(device) - source.timeSamples;
            if (samples < 0) samples += clip.samples;
            return (float)samples / clip.frequency;
        }

        void Follow()
        {
            int wanted = Microphone.GetPosition(device) - (int)(WantedDistance * clip.frequency);
            source.timeSamples = (wanted % clip.samples + clip.samples) % clip.samples;
        }

        void Release()
        {
            input = null;
            if (source != null)
            {
                source.Stop();
                source.clip = null;
            }
            if (clip == null) return;
            Microphone.End(device);
            Destroy(clip);
            clip = null;
        }

        void Enter(MicrophoneState state)
        {
            if (state == State) return;
            State = state;
            Changed(state);
        }

        /// <summary>On the audio thread.</summary>
        void OnAudioFilterRead(float[] data, int channels)
        {
            var to = input;
            if (to != null) to.Write(data, data.Length, channels);
            // Nobody wants to hear themselves.
            Array.Clear(data, 0, data.Length);
        }
    }
}
