using BatVRTrainer;
using UnityEngine;

namespace Kiosk
{
    /// <summary>What the trainee does at the counter. Call these from your grab, button and tablet scripts.</summary>
    public sealed class Counter : MonoBehaviour
    {
        public BatTrainer Trainer;
        public GameObject IdentityCard;
        public TextMesh BirthDate;

        /// <summary>The customer sees it, and says something if nobody speaks.</summary>
        public void PickUp(GameObject device) { Trainer.SendInteraction(device.name, "PICKUP"); }

        public void HandOver(GameObject device) { Trainer.SendInteraction(device.name, "HANDOVER"); }

        /// <summary>The customer shows the card when the trainee asks for it aloud; the scene brings it in.</summary>
        public void ShowCard()
        {
            BirthDate.text = Trainer.Created.PersonaBirthDate;
            IdentityCard.SetActive(true);
        }

        /// <summary>What the trainee typed into the tablet, as YYYY-MM-DD.</summary>
        public void EnterBirthDate(string entered)
        {
            Trainer.SendBirthDate(entered, entered == Trainer.Created.PersonaBirthDate);
        }

        public void Choose(string question, string answer) { Trainer.SendChoice(question, answer); }

        /// <summary>A typed line, for where nobody can speak.</summary>
        public void Type(string line)
        {
            if (!Trainer.SendText(line)) Debug.LogWarning("not sent: " + line);
        }
    }
}
