namespace AgentChain.Remote;

/// <summary>Specifies when a <see cref="ChatServerBlock"/> turns to another server because one failed or shed.</summary>
public enum ServerFailover
{
    /// <summary>As long as no text was handed on. After that, the turn fails.</summary>
    BeforeText,

    /// <summary>
    /// Always. After text was handed on, the next server goes on from it, so that no text comes twice; only servers that can do that are
    /// asked. The rest of the answer is up to that server, which may differ from what the first one would have said.
    /// </summary>
    Resume,

    /// <summary>Never.</summary>
    Never,
}
