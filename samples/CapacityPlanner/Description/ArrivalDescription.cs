namespace CapacityPlanner.Description;

/// <summary>The arrivals: a trace file, or generated ones.</summary>
sealed record ArrivalDescription
{
    /// <summary>A file of Azure's, Mooncake's or Dynamo's format, relative to the description; generated arrivals if left out.</summary>
    public string? File { get; set; }

    /// <summary>Arrivals a second; that of the file if left out.</summary>
    public double? Rate { get; set; }

    /// <summary>The coefficient of variation of generated arrivals.</summary>
    public double Variation { get; set; } = 1;

    /// <summary>How many to generate, or to take of the file.</summary>
    public int? Count { get; set; }

    /// <summary>The tokens of generated prompts and answers, as lognormal medians; sigma is their common deviation.</summary>
    public int InputTokens { get; set; }

    public int OutputTokens { get; set; }

    public double TokenSigma { get; set; } = 0.8;
}
