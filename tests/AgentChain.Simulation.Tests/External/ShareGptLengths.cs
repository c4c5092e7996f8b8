namespace AgentChain.Simulation.Tests.External;

/// <summary>
/// Lengths of prompts and answers distributed as in ShareGPT: the 5-percent quantiles of the 450 requests that DistServe's authors measured
/// and published with their repository (<c>simdistserve/benchmarks/alignment</c>, 4.5 requests a second), between which the distribution is
/// taken to be even. The two lengths hardly depend on each other there (correlation -0.09).
/// </summary>
static class ShareGptLengths
{
    static readonly double[] Prompts =
        [2, 31, 91, 166, 255, 337, 389, 461, 550, 616, 722, 804, 875, 989, 1070, 1147, 1313, 1421, 1513, 1696, 2003];

    static readonly double[] Answers = [2, 6, 9, 11, 14, 18, 23, 32, 37, 51, 81, 117, 162, 207, 242, 295, 356, 400, 477, 593, 1085];

    public static (int Input, int Output) Draw(RandomKey key) => (At(Prompts, key.Fold(1).Uniform()), At(Answers, key.Fold(2).Uniform()));

    static int At(double[] quantiles, double share)
    {
        double at = share * (quantiles.Length - 1);
        int below = (int)at;
        return (int)Math.Round(quantiles[below] + ((at - below) * (quantiles[below + 1] - quantiles[below])));
    }
}
