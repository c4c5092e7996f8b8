namespace AgentChain.Remote;

/// <summary>What a failure says about the server and about the request.</summary>
enum ServerFault
{
    /// <summary>The server could not do it this time. Another one may.</summary>
    Failed,

    /// <summary>The server, or its engine, is gone.</summary>
    Gone,

    /// <summary>The server has too much to do. It is well.</summary>
    Shed,

    /// <summary>The request is at fault, and would be at any server.</summary>
    BadRequest,

    /// <summary>The server does not accept the field for the priority. Without it, it would answer.</summary>
    PriorityRefused,
}
