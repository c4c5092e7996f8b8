namespace AgentChain.Onnx.Language;

/// <summary>Learns how long a model's answers are. Shared by the model's lanes; a lost update does no harm.</summary>
sealed class AnswerLengths
{
    const double Weight = 0.1;

    double _mean;
    double _deviation;

    public void Record(int tokens)
    {
        double mean = Volatile.Read(ref _mean), error = tokens - mean;
        if (mean == 0)
        {
            Volatile.Write(ref _mean, tokens);
            return;
        }

        Volatile.Write(ref _mean, mean + (error * Weight));
        Volatile.Write(ref _deviation, _deviation + ((Math.Abs(error) - _deviation) * Weight));
    }

    /// <summary>Returns the number of tokens that an answer probably still needs: few answers need more.</summary>
    /// <param name="given">The number of tokens so far.</param>
    /// <param name="most">The maximum number of further tokens.</param>
    public int Left(int given, int most)
    {
        double mean = Volatile.Read(ref _mean);
        if (mean == 0)
        {
            return Math.Max(1, most);
        }

        double left = mean + (3 * Volatile.Read(ref _deviation)) - given;
        return Math.Max(1, (int)Math.Min(most, left >= 1 ? left : given));
    }
}
