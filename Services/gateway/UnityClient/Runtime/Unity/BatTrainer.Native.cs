#if !UNITY_WEBGL || UNITY_EDITOR
using System;
using System.IO;
using UnityEngine;

namespace BatVRTrainer
{
    // Everywhere but in a browser: the core's session, with Unity's microphone and mixer.
    public sealed partial class BatTrainer
    {
        RestClient rest;
        Session session;
        CallWorker worker;
        volatile VoiceOutput voice;

        /// <summary>Seconds of the session's clock; -1 before it is known. `realtimeSinceStartup` is not it.</summary>
        public double SessionTime { get { return session == null ? -1 : session.Time; } }

        /// <summary>A typed line instead of speech. False when it was not sent: say so.</summary>
        public bool SendText(string text) { return session != null && session.SendText(text); }

        /// <summary>Waits for a connection, and counts once. Gives its id; null when it was not taken.</summary>
        public string SendEvent(string type, string dataJson)
        {
            return session == null ? null : session.SendEvent(type, dataJson);
        }

        /// <summary>For a key that is held to talk, for example.</summary>
        public void Mute(bool isMuted) { if (session != null) session.Mute(isMuted || !UsesMicrophone); }

        /// <summary>Ends the conversation; the score comes some seconds later.</summary>
        public void EndCall() { if (session != null) session.End(); }

        /// <summary>Gives everything back. A call that is going on ends a minute later, as `client_lost`.</summary>
        public void LeaveCall()
        {
            isLeaving = true;
            if (session != null) session.Close();
            ReleaseCall();
            Enter(SessionState.Closed);
        }

        static string EventFolder { get { return Path.Combine(Application.persistentDataPath, "bat-events"); } }

        async void CreateSession(NewSession wanted)
        {
            try
            {
                rest = new RestClient(Server, Ticket);
                var created = await rest.CreateSession(wanted);
                if (this == null || isLeaving) return;
                Connect(created);
            }
            catch (RestException problem)
            {
                if (this == null) return;
                Tell(problem.Code, problem.Message);
                Enter(SessionState.Closed);
            }
        }

        void Connect(CreatedSession created)
        {
            Created = created;
            NoticeReceived.Invoke(created.Notice);
            if (rest == null) rest = new RestClient(Server, Ticket);
            var ears = new Ears(this);
            session = new Session(
                new SessionOptions
                {
                    WsUrl = created.WsUrl, WsToken = created.WsToken, SessionId = created.SessionId,
                    Events = new EventBuffer(EventFolder, created.SessionId),
                    Position = () => voice == null ? new Place() : voice.Played,
                },
                ears);
            worker = new CallWorker(session);
            if (Voice != null)
            {
                Voice.Begin();
                Voice.Rebuilt += TakeVoice;
                TakeVoice();
            }
            if (UsesMicrophone && Capture != null) OpenMicrophone();
            // Who only types is not silent.
            else session.Mute(true);
            session.Connect();
            worker.Start();
        }

        void OpenMicrophone()
        {
            var to = session;
            Capture.MakeInput = rate => new MicrophoneInput(
                rate, frame => to.SendAudio(frame, frame.Length),
                isSilent => later.Add(() => MicrophoneSilent.Invoke(isSilent)));
            Capture.Changed += TakeMicrophone;
            Capture.Open(MicrophoneDevice);
        }

        void TakeMicrophone(MicrophoneState state)
        {
            if (worker == null) return;
            worker.Microphone = Capture.Input;
            // Without audio the server would wait for the rest of a sentence.
            session.Mute(state != MicrophoneState.Open);
            if (state == MicrophoneState.NotFound || state == MicrophoneState.Denied) MicrophoneMissing.Invoke();
        }

        void TakeVoice()
        {
            voice = Voice.Output;
            if (worker != null) worker.Voice = voice;
        }

        /// <summary>A headset that is taken off pauses the app: the connection goes, the token stays.</summary>
        void OnApplicationPause(bool isPaused)
        {
            if (session == null || State == SessionState.Closed) return;
            if (isPaused)
            {
                if (UsesMicrophone && Capture != null) Capture.Close();
                session.Pause();
                return;
            }
            session.Unpause();
            if (UsesMicrophone && Capture != null && State != SessionState.Ended) Capture.Open(MicrophoneDevice);
        }

        void StepCall() { }

        void ReleaseCall()
        {
            if (Capture != null)
            {
                Capture.Changed -= TakeMicrophone;
                Capture.Close();
            }
            if (Voice != null)
            {
                Voice.Rebuilt -= TakeVoice;
                Voice.End();
            }
            if (worker != null) worker.Dispose();
            if (session != null)
            {
                session.Close();
                session.Events.Dispose();
            }
            worker = null;
            session = null;
            voice = null;
        }

        /// <summary>Events that an earlier run of the app could not send.</summary>
        /// <remarks>Needs a ticket of their trainee, or they are refused and stay.</remarks>
        public async void UploadLeftBehind()
        {
            var client = new RestClient(Server, Ticket);
            foreach (var id in EventBuffer.LeftBehind(EventFolder))
            {
                if (session != null && session.SessionId == id) continue;
                using (var buffer = new EventBuffer(EventFolder, id))
                {
                    try
                    {
                        await client.Upload(buffer);
                    }
                    catch (RestException problem)
                    {
                        Debug.LogWarning("Events of " + id + " stay here: " + problem.Message);
                    }
                }
            }
        }

        async void Finish()
        {
            var ended = session;
            try
            {
                if (ended.Events.Count > 0) await rest.Upload(ended.Events);
                if (!hasScore && !isLeaving) Restore(await rest.Session(ended.SessionId));
            }
            catch (RestException problem)
            {
                if (this != null) Tell(problem.Code, problem.Message);
            }
            if (this == null || session != ended) return;
            Enter(SessionState.Closed);
            ReleaseCall();
            Finished.Invoke();
        }

        async void AskREST()
        {
            try
            {
                Restore(await rest.Session(session.SessionId));
            }
            catch (RestException problem)
            {
                if (this != null) Tell(problem.Code, problem.Message);
            }
        }

        /// <summary>Hears the session on its threads: audio goes straight to the mixer, the rest to the main
        /// thread.</summary>
        sealed class Ears : SessionListener
        {
            readonly BatTrainer trainer;

            public Ears(BatTrainer trainer) { this.trainer = trainer; }

            public override void OnAudio(string itemId, long offset, byte[] bytes, int start, int count)
            {
                var to = trainer.voice;
                if (to != null) to.Take(itemId, offset, bytes, start, count);
            }

            public override void OnAudioClear(AudioClear message)
            {
                var to = trainer.voice;
                if (to != null) trainer.session.ReportPlayed(to.Clear());
            }

            public override void OnMessage(string type, JsonValue message)
            {
                trainer.later.Add(() => trainer.Take(type, message));
            }

            public override void OnState(SessionState state, SessionState previous)
            {
                trainer.later.Add(() =>
                {
                    // The last of it is told when late events and a missed score have been seen to.
                    if (state == SessionState.Closed) return;
                    trainer.Enter(state);
                    if (state == SessionState.Ready) trainer.ConnectionChanged.Invoke(true);
                    if (state == SessionState.Reconnecting) trainer.ConnectionChanged.Invoke(false);
                    if (state == SessionState.Ended && trainer.Capture != null) trainer.Capture.Close();
                });
            }

            public override void OnResumeFailed(ResumeFailed message) { trainer.later.Add(trainer.AskREST); }

            public override void OnEventRefused(string eventId, string code, string message)
            {
                trainer.later.Add(() => trainer.Tell(code, message));
            }

            public override void OnClosed(EndReason reason, int closeCode, string code, string message)
            {
                trainer.later.Add(() =>
                {
                    if (trainer.session == null) return;
                    if (reason != EndReason.SessionEnded && reason != EndReason.Left && code.Length == 0)
                    {
                        trainer.Tell(reason.ToString(), "The connection is over.");
                    }
                    trainer.Finish();
                });
            }
        }
    }
}
#endif
