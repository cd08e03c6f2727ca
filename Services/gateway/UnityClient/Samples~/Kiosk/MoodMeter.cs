using BatVRTrainer;
using UnityEngine;

namespace Kiosk
{
    /// <summary>A bar as high as the customer's attitude.</summary>
    public sealed class MoodMeter : MonoBehaviour
    {
        public BatTrainer Trainer;
        public Transform Bar;

        void Start() { Trainer.AttitudeChanged.AddListener(Show); }

        void Show(float attitude) { Bar.localScale = new Vector3(1, Mathf.Clamp01(attitude / 10), 1); }
    }
}
