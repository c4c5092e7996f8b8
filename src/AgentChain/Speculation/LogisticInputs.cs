namespace AgentChain.Speculation;

/// <summary>Converts a request to the input vector of <see cref="LogisticEstimator"/>, whose values are of similar magnitude.</summary>
static class LogisticInputs
{
    const int Bias = 0;
    const int Speaking = 2;
    const int FirstKnot = 3;
    const int EndOfTurn = 10;
    const int EndOfTurnKnown = 11;
    const int Stability = 12;
    const int Unchanged = 13;

    /// <summary>The index of the logit of the published probability, whose weight starts at 1.</summary>
    public const int Published = 1;

    /// <summary>The number of inputs.</summary>
    public const int Count = 14;

    static readonly double[] Knots = [0, 100, 200, 300, 400, 600, 1000];

    public static void Fill(in SpeculationRequest request, Span<double> inputs)
    {
        inputs.Clear();
        inputs[Bias] = 1;
        inputs[Published] = Evidence.Logit(request.Probability);
        if (request.Features.Silence is { } silence)
        {
            FillSilence(silence.TotalMilliseconds, inputs);
        }

        if (request.Features.EndOfTurn is { } endOfTurn)
        {
            inputs[EndOfTurn] = Evidence.Logit(endOfTurn);
            inputs[EndOfTurnKnown] = 1;
        }

        if (request.Features.Stability is { } stability)
        {
            inputs[Stability] = Evidence.Logit(stability);
        }

        inputs[Unchanged] = Math.Log(1 + Math.Clamp(request.Unchanged, 0, 20));
    }

    static void FillSilence(double silence, Span<double> inputs)
    {
        if (silence <= 0)
        {
            inputs[Speaking] = 1;
            return;
        }

        double[] knots = Knots;
        int right = 1;
        while (right < knots.Length && silence >= knots[right])
        {
            right++;
        }

        if (right == knots.Length)
        {
            inputs[FirstKnot + right - 1] = 1;
            return;
        }

        double part = (silence - knots[right - 1]) / (knots[right] - knots[right - 1]);
        inputs[FirstKnot + right - 1] = 1 - part;
        inputs[FirstKnot + right] = part;
    }
}
