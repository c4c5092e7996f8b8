using AgentChain.Speculation;

namespace AgentChain.Tests.Speculation;

/// <summary>A world whose P(final) is known: logistic in an end-of-turn score, a step in the silence.</summary>
sealed class TalkWorld(Random random)
{
    public double CalibrationError(IProbabilityEstimator estimator, int warmUp, int turns)
    {
        Span<double> predicted = stackalloc double[10];
        Span<double> seen = stackalloc double[10];
        for (int turn = 0; turn < warmUp + turns; turn++)
        {
            (SpeculationRequest request, double truth) = Next();
            bool cameTrue = random.NextDouble() < truth;
            if (turn >= warmUp)
            {
                double estimate = estimator.Estimate(request);
                int bin = Math.Min(9, (int)(estimate * 10));
                predicted[bin] += estimate;
                seen[bin] += cameTrue ? 1 : 0;
            }

            estimator.Learn(request, cameTrue);
        }

        double error = 0;
        for (int bin = 0; bin < 10; bin++)
        {
            error += Math.Abs(predicted[bin] - seen[bin]);
        }

        return error / turns;
    }

    public double SquaredError(IProbabilityEstimator estimator, int warmUp, int turns)
    {
        for (int turn = 0; turn < warmUp; turn++)
        {
            (SpeculationRequest request, double truth) = Next();
            estimator.Learn(request, random.NextDouble() < truth);
        }

        double error = 0;
        for (int turn = 0; turn < turns; turn++)
        {
            (SpeculationRequest request, double truth) = Next();
            error += Math.Pow(estimator.Estimate(request) - truth, 2);
        }

        return error / turns;
    }

    (SpeculationRequest Request, double Truth) Next()
    {
        double score = 0.02 + (0.96 * random.NextDouble());
        int silence = 50 * random.Next(10);
        double logit = (1.5 * Math.Log(score / (1 - score))) + (silence == 0 ? -3 : silence < 250 ? 0 : 1);
        return (Questions.Of(0.5, endOfTurn: score, silence: silence), 1 / (1 + Math.Exp(-logit)));
    }
}
