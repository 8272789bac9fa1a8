// Keeps an error in one part of the page from breaking the rest.
import { Component, type ReactNode } from "react";
import { Crash } from "./crash";
import { renewFailedParts } from "./lazy-part";

interface Props {
  /** The place of the part in the page. When it changes, the part is tried again. */
  place?: string;
  /** Replaces the failed part. The default is a message about the failure. */
  fallback?: ReactNode;
  children: ReactNode;
}

interface State {
  thrown: unknown;
  place: string | undefined;
}

const NOTHING = Symbol("nothing thrown");

export class ErrorBoundary extends Component<Props, State> {
  override state: State = { thrown: NOTHING, place: this.props.place };

  static getDerivedStateFromError(thrown: unknown): Partial<State> {
    return { thrown };
  }

  static getDerivedStateFromProps({ place }: Props, state: State): Partial<State> | null {
    return place === state.place ? null : { place, thrown: NOTHING };
  }

  override componentDidCatch(): void {
    renewFailedParts();
  }

  override render(): ReactNode {
    const { thrown } = this.state;
    if (thrown === NOTHING) return this.props.children;
    if (this.props.fallback !== undefined) return this.props.fallback;
    return <Crash thrown={thrown} onRetry={() => this.setState({ thrown: NOTHING })} />;
  }
}
