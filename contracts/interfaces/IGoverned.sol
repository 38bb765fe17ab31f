// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice A contract that carries out root acts: acts that take two different ADMINs of the data authority.
interface IGoverned {
    /// @notice The action's selector names no root act of this contract.
    error RootActUnknown(bytes4 selector);
    /// @notice Only `Organizations` may carry out a confirmed proposal.
    error RootActUnauthorized(address caller);

    /// @notice Carries out a confirmed proposal.
    /// @param proposal number of the proposal
    /// @param account the ADMIN who confirmed
    /// @param action call data of a function of {IRootActs}
    function enact(uint64 proposal, address account, bytes calldata action) external;
}
