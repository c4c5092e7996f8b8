namespace VoiceAgent.CommandLine;

/// <summary>The encoder that finds documents. There is no unspecified member: the sample's own is the default.</summary>
enum EmbedderChoice
{
    /// <summary>The sample's own small encoder.</summary>
    Own,

    /// <summary>The public all-MiniLM-L6-v2.</summary>
    MiniLm,
}
