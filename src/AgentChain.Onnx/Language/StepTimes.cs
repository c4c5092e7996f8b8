namespace AgentChain.Onnx.Language;

/// <summary>
/// Learns how long a step of a model takes for each number of sequences. Shared by the model's lanes; a lost update does no harm.
/// </summary>
/// <param name="most">The largest number of sequences in one step.</param>
sealed class StepTimes(int most)
{
    const double Weight = 0.125;

    readonly double[] _seconds = new double[most + 1];

    public void Record(int sequences, TimeSpan time)
    {
        double known = Volatile.Read(ref _seconds[sequences]);
        Volatile.Write(ref _seconds[sequences], known == 0 ? time.TotalSeconds : known + ((time.TotalSeconds - known) * Weight));
    }

    /// <summary>Predicts the time in which a number of sequences take one step each, or zero if nothing is known.</summary>
    /// <param name="sequences">The number of sequences.</param>
    /// <param name="together">The number of sequences that can be in one step.</param>
    public TimeSpan Predict(int sequences, int together)
    {
        (int whole, int rest) = Math.DivRem(sequences, together);
        return TimeSpan.FromSeconds((whole * One(together)) + (rest > 0 ? One(rest) : 0));
    }

    // More sequences never take longer than one after another.
    double One(int sequences)
    {
        for (int n = sequences; n > 0; n--)
        {
            double known = Volatile.Read(ref _seconds[n]);
            if (known > 0)
            {
                return known * sequences / n;
            }
        }

        return 0;
    }
}
