namespace AgentChain.Blocks.Hedging;

/// <summary>Provides the options of a hedged block. They are read once, by the block's constructor.</summary>
public sealed class HedgeOptions
{
    /// <summary>Gets or sets the share of the calls that return before a second attempt starts, above 0 and below 1.</summary>
    /// <value>
    /// 0.95 by default. The time is learned, for each device. It is at least the time that all but three quarters of <see cref="MaxExtra"/>
    /// of the calls stay below, so that ordinary calls leave attempts for the slow ones: with the default, 98.5 %.
    /// </value>
    public double Quantile { get; set; } = 0.95;

    /// <summary>Gets or sets the time after which a second attempt starts, instead of a learned one.</summary>
    /// <value><see langword="null"/> by default; otherwise greater than zero.</value>
    public TimeSpan? Delay { get; set; }

    /// <summary>Gets or sets the number of second attempts for each call, in the long run, above 0 and at most 1.</summary>
    /// <value>0.02 by default. When most calls are slow, more attempts would make them slower.</value>
    public double MaxExtra { get; set; } = 0.02;

    /// <summary>Gets or sets the number of second attempts that can be saved up.</summary>
    /// <value>10 by default; at least 1.</value>
    public int Burst { get; set; } = 10;

    /// <summary>Gets or sets the number of calls before the first second attempt, which teach the usual time.</summary>
    /// <value>50 by default; at least 1. It does not count with <see cref="Delay"/>.</value>
    public int LearnFrom { get; set; } = 50;
}
