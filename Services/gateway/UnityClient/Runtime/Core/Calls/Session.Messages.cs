namespace BatVRTrainer
{
    // What the server says.
    public sealed partial class Session
    {
        void TakeBinary(byte[] bytes, int count)
        {
            if (count == 0) return;
            if (bytes[0] == SoundFormat.Mark) TakeAudio(bytes, count);
            else if (bytes[0] == '{' || bytes[0] == 0xEF) TakeText(bytes, 0, count);
        }

        void TakeAudio(byte[] bytes, int count)
        {
            Hear();
            if (count < 2) return;
            long offset = link.Offset;
            link.Offset += count - 1;
            listener.OnAudio(link.ItemId, offset, bytes, 1, count - 1);
        }

        void TakeText(byte[] bytes, int start, int count)
        {
            Hear();
            JsonValue message;
            if (!JsonReader.TryRead(bytes, start, count, out message)) return;
            var type = message.TextOf("type");
            if (type.Length == 0 || !IsNext(type, message)) return;
            Apply(type, message);
            listener.OnMessage(type, message);
        }

        void Hear()
        {
            heardAt = options.Now();
            pingAt = -1;
        }

        /// <summary>Counts a numbered message; false for one that was here before.</summary>
        bool IsNext(string type, JsonValue message)
        {
            // These report a number and have none of their own.
            if (type == "ready" || type == "resume_failed") return true;
            long seq = message.WholeOf("seq", -1);
            if (seq < 0) return true;
            if (seq <= lastSeq) return false;
            if (seq > lastSeq + 1 && gapAfter != lastSeq)
            {
                // Something was lost on the way: ask for it, once.
                gapAfter = lastSeq;
                Abandon();
                return false;
            }
            lastSeq = seq;
            return true;
        }

        void Apply(string type, JsonValue message)
        {
            switch (type)
            {
                case "ready":
                    var ready = Ready.Read(message);
                    BeReady(ready);
                    listener.OnReady(ready);
                    break;
                case "resumed":
                    listener.OnResumed(Resumed.Read(message));
                    break;
                case "resume_failed":
                    var failed = ResumeFailed.Read(message);
                    lastSeq = failed.Seq;
                    listener.OnResumeFailed(failed);
                    break;
                case "audio_item":
                    var item = AudioItem.Read(message);
                    link.ItemId = item.ItemId;
                    link.Offset = item.OffsetMs * SoundFormat.BytesPerMs;
                    break;
                case "audio_clear":
                    listener.OnAudioClear(AudioClear.Read(message));
                    break;
                case "transcript":
                    listener.OnTranscript(Transcript.Read(message));
                    break;
                case "attitude":
                    listener.OnAttitude(Attitude.Read(message));
                    break;
                case "compliance":
                    listener.OnCompliance(Compliance.Read(message));
                    break;
                case "session_ended":
                    isOver = true;
                    Enter(SessionState.Ended);
                    listener.OnSessionEnded(SessionEnded.Read(message));
                    break;
                case "session_outcome":
                    listener.OnSessionOutcome(SessionOutcome.Read(message));
                    break;
                case "score":
                    listener.OnScore(Score.Read(message));
                    break;
                case "hint":
                    listener.OnHint(Hint.Read(message));
                    break;
                case "status":
                    listener.OnStatus(Status.Read(message));
                    break;
                case "error":
                    BeWarned(ServerError.Read(message));
                    break;
                case "going_away":
                    var going = GoingAway.Read(message);
                    retryAfterMs = going.RetryAfterMs;
                    listener.OnGoingAway(going);
                    break;
                case "moved":
                    Move(Moved.Read(message));
                    break;
                case "ack":
                    foreach (var id in Ack.Read(message).EventIds) if (events.Settle(id)) listener.OnEventStored(id);
                    break;
                case "nack":
                    Refuse(Nack.Read(message));
                    break;
            }
        }

        void BeWarned(ServerError error)
        {
            if (error.IsFatal)
            {
                refusal = error;
                retryAfterMs = error.RetryAfterMs;
            }
            listener.OnError(error);
        }

        /// <summary>The session lives elsewhere. The close that follows leads there.</summary>
        void Move(Moved message)
        {
            SessionAddress there;
            if (!SessionAddress.TryRead(message.WsUrl, out there)) return;
            if (there.Token.Length == 0) there.Token = address.Token;
            address = there;
            moves++;
            link.HasMoved = true;
        }

        void Refuse(Nack nack)
        {
            if (nack.IsWorthRetrying)
            {
                resendAt = options.Now() + ResendMs;
                return;
            }
            // What comes after the end goes over REST.
            if (nack.Code == "session_ended") return;
            foreach (var id in nack.EventIds)
            {
                if (events.Settle(id)) listener.OnEventRefused(id, nack.Code, nack.Message);
            }
        }
    }
}
